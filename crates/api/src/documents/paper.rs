//! What stands on a bill, from top to bottom: the mark, the head, the lines, the sums, the balances.

use kemu_domain::Minor;
use kemu_domain::accounts::Account;
use kemu_domain::bills::{Bill, BillKind, BillLine, BillStatus, LineKind};
use kemu_domain::ledgers::{Ledger, LedgerType};

use super::french;
use super::pages::{
    BASE, BLACK, BLUE, GREY, LEFT, LINE, MARK, PAD, Pages, RIGHT, ROW, TINT, WHITE, bold, plain,
};
use super::pdf::{self, Area};

/// What a bill's paper is made from.
#[derive(Clone, Copy, Debug)]
pub struct BillPaper<'a> {
    /// The bill.
    pub bill: &'a Bill,
    /// The account that it is sent to.
    pub account: &'a Account,
    /// The ledger on which it is booked.
    pub ledger: &'a Ledger,
    /// The number of the meter point that it is for: PRM or PCE.
    pub meter_point: Option<&'a str>,
}

/// The bill as a PDF: one page of A4, more where its lines need them.
pub fn render(paper: &BillPaper<'_>) -> Vec<u8> {
    let mut pages = Pages::new();
    pages.head(paper);
    pages.lines(&paper.bill.lines);
    pages.sums(paper.bill);
    pages.balances(paper.bill);
    pages.feet(&paper.bill.identifier);
    let title = format!("{} {} ({MARK})", kind(paper.bill), paper.bill.identifier);
    pdf::document(&title, pages.sheets)
}

/// Where the columns of the lines end: quantity, price, rate of VAT, net, VAT, gross.
const COLUMNS: [f32; 6] = [284.0, 358.0, 390.0, 444.0, 495.0, RIGHT - PAD];
/// Where those of the VAT table end: net, VAT, gross.
const VAT_COLUMNS: [f32; 3] = [158.0, 218.0, 282.0 - PAD];

impl Pages {
    fn head(&mut self, paper: &BillPaper<'_>) {
        let BillPaper { bill, account, ledger, .. } = paper;
        let sheet = self.sheet();
        sheet.text((LEFT, 92.0), bold(22.0, BLACK), kind(bill));
        let period = format!("du {} au {}", french::date(bill.from), french::date(bill.last_day()));
        sheet.text((LEFT, 110.0), plain(10.5, GREY), &format!("Période {period}"));

        let meter_point = paper.meter_point.map(|number| (meter_point_name(ledger), number.to_owned()));
        let facts = [
            Some(("Identifiant", bill.identifier.clone())),
            Some(("Compte", account.number.to_string())),
            Some(("Registre", ledger.number.to_string())),
            Some(("Intitulé", ledger.name.clone())),
            meter_point,
            Some(("Émission", french::date(bill.issued_date))),
            Some(("Échéance", french::date(bill.due_date))),
        ];
        let (labels, values, right) = (LEFT, LEFT + 68.0, 322.0);
        let style = plain(9.5, BLACK);
        let mut y = 140.0;
        for (label, value) in facts.into_iter().flatten() {
            sheet.text((labels, y), plain(9.0, GREY), label);
            sheet.text((values, y), style, &style.font.fitted(&value, style.size, right - values));
            y += 15.0;
        }

        let mut address = 140.0;
        sheet.text((right, address), plain(9.0, GREY), "Destinataire");
        let billing = &account.billing;
        let names = billing.name.iter().zip([bold(10.5, BLACK)]);
        let others = billing.sub_name.iter().cloned().chain(billing.rich_address().lines());
        let others = others.map(|line| (line, plain(10.5, BLACK)));
        let lines = names.map(|(name, style)| (name.clone(), style)).chain(others);
        for (line, style) in lines.filter(|(line, _)| !line.trim().is_empty()) {
            address += 14.5;
            sheet.text((right, address), style, &style.font.fitted(&line, style.size, RIGHT - right));
        }
        self.y = y.max(address) + 16.0;
    }

    /// The lines, under a heading for each run of days.
    fn lines(&mut self, lines: &[BillLine]) {
        let same_days = |a: &BillLine, b: &BillLine| (a.from, a.to) == (b.from, b.to);
        self.names_of_columns();
        for run in lines.chunk_by(same_days) {
            let Some(first) = run.first() else { continue };
            if self.needs(3.0 * ROW) {
                self.names_of_columns();
            }
            self.days(first, "");
            for line in run {
                if self.needs(ROW) {
                    self.names_of_columns();
                    self.days(first, " (suite)");
                }
                self.line(line);
            }
        }
        self.y += 14.0;
    }

    fn names_of_columns(&mut self) {
        let (y, style) = (self.y, bold(8.0, BLUE));
        let sheet = self.sheet();
        sheet.filled(Area { x: LEFT, y, width: RIGHT - LEFT, height: ROW + 2.0 }, TINT);
        sheet.text((LEFT + PAD, y + 11.5), style, "Désignation");
        for (x, name) in COLUMNS.into_iter().zip(["Quantité", "Prix unitaire", "Taux", "HT", "TVA", "TTC"]) {
            sheet.right((x, y + 11.5), style, name);
        }
        self.y += ROW + 2.0;
    }

    fn days(&mut self, line: &BillLine, more: &str) {
        let last = line.to.pred_opt().unwrap_or(line.to);
        let text = if last == line.from {
            format!("Le {}{more}", french::date(last))
        } else {
            format!("Du {} au {}{more}", french::date(line.from), french::date(last))
        };
        let base = self.y + BASE + 1.0;
        self.sheet().text((LEFT + PAD, base), bold(8.0, GREY), &text);
        self.y += ROW + 1.0;
    }

    fn line(&mut self, line: &BillLine) {
        let (y, style) = (self.y + BASE, plain(8.5, BLACK));
        let (quantity, price) = match &line.kind {
            LineKind::Standing { days, rate } | LineKind::Cta { days, rate } => {
                (french::days(*days), french::price(*rate, "an"))
            }
            LineKind::Energy { energy_wh, rate, .. }
            | LineKind::Accise { energy_wh, rate }
            | LineKind::FeedIn { energy_wh, rate, .. } => {
                (french::energy(*energy_wh), french::price(*rate, "kWh"))
            }
        };
        let amounts = [line.amounts.net, line.amounts.tax, line.amounts.gross].map(french::euros);
        let [net, tax, gross] = amounts;
        let left = LEFT + 2.0 * PAD;
        let room = COLUMNS[0] - style.width(&quantity) - PAD - left;
        let bottom = self.y + ROW;
        let sheet = self.sheet();
        sheet.text((left, y), style, &style.font.fitted(&line.description, style.size, room));
        let cells = [quantity, price, french::percent(line.vat_per_thousand), net, tax, gross];
        for (x, cell) in COLUMNS.into_iter().zip(cells) {
            sheet.right((x, y), style, &cell);
        }
        sheet.rule((LEFT, RIGHT), bottom, LINE);
        self.y = bottom;
    }

    /// VAT by rate to the left, the total to the right.
    fn sums(&mut self, bill: &Bill) {
        let table = bill.vat_table();
        let rates = table.iter().map(|_| ROW).sum::<f32>();
        let height = rates.max(2.0 * ROW + 8.0) + ROW + 2.0;
        self.needs(height);
        let top = self.y;
        let sheet = self.sheet();
        let (head, cell) = (bold(8.0, BLUE), plain(8.5, BLACK));
        let right = VAT_COLUMNS[2] + PAD;
        sheet.filled(Area { x: LEFT, y: top, width: right - LEFT, height: ROW + 2.0 }, TINT);
        sheet.text((LEFT + PAD, top + 11.5), head, "Taux de TVA");
        for (x, name) in VAT_COLUMNS.into_iter().zip(["HT", "TVA", "TTC"]) {
            sheet.right((x, top + 11.5), head, name);
        }
        let mut y = top + ROW + 2.0;
        for (rate, amounts) in table {
            sheet.text((LEFT + PAD, y + BASE), cell, &french::percent(rate));
            let amounts = [amounts.net, amounts.tax, amounts.gross].map(french::euros);
            for (x, amount) in VAT_COLUMNS.into_iter().zip(amounts) {
                sheet.right((x, y + BASE), cell, &amount);
            }
            y += ROW;
            sheet.rule((LEFT, right), y, LINE);
        }

        let left = 330.0;
        let mut y = top;
        for (label, amount) in [("Total HT", bill.amounts.net), ("Total TVA", bill.amounts.tax)] {
            sheet.text((left + PAD, y + BASE), plain(9.0, BLACK), label);
            sheet.right((RIGHT - PAD, y + BASE), plain(9.0, BLACK), &french::euros(amount));
            y += ROW;
        }
        sheet.filled(Area { x: left, y: y + 2.0, width: RIGHT - left, height: ROW + 8.0 }, BLUE);
        sheet.text((left + PAD, y + 17.5), bold(11.0, WHITE), "Total TTC");
        sheet.right((RIGHT - PAD, y + 17.5), bold(11.0, WHITE), &french::euros(bill.amounts.gross));
        self.y = top + height + 14.0;
    }

    /// From the last bill's balance to this one's. Balances above zero are the customer's, as on the ledger.
    fn balances(&mut self, bill: &Bill) {
        let between = bill.closing_balance + bill.amounts.gross - bill.opening_balance;
        let rows = [
            ("Solde à la facture précédente", bill.opening_balance),
            ("Paiements et autres mouvements depuis", between),
            ("Ce document", -bill.amounts.gross),
        ];
        self.needs(6.0 * ROW);
        let mut y = self.y;
        let sheet = self.sheet();
        sheet.text((LEFT, y + BASE), bold(9.5, BLACK), "Solde du registre");
        y += ROW + 2.0;
        let style = plain(9.0, BLACK);
        for (label, amount) in rows {
            sheet.text((LEFT + PAD, y + BASE), style, label);
            sheet.right((RIGHT - PAD, y + BASE), style, &french::signed_euros(amount));
            y += ROW;
            sheet.rule((LEFT, RIGHT), y, LINE);
        }
        let closing = bill.closing_balance;
        let whose = match closing.cmp(&Minor::ZERO) {
            std::cmp::Ordering::Less => "Nouveau solde, à votre charge",
            std::cmp::Ordering::Equal => "Nouveau solde",
            std::cmp::Ordering::Greater => "Nouveau solde, en votre faveur",
        };
        sheet.text((LEFT + PAD, y + BASE + 1.0), bold(9.5, BLACK), whose);
        sheet.right((RIGHT - PAD, y + BASE + 1.0), bold(9.5, BLACK), &french::signed_euros(closing));
        self.y = y + ROW;
    }
}

/// What the paper calls itself.
const fn kind(bill: &Bill) -> &'static str {
    match (bill.status, bill.kind) {
        (BillStatus::Open, _) => "Facture en préparation",
        (BillStatus::Closed, BillKind::CreditNote) => "Avoir",
        (BillStatus::Closed, _) if bill.is_final => "Facture de résiliation",
        (BillStatus::Closed, BillKind::Statement | BillKind::Invoice) => "Facture",
    }
}

/// What the market calls the number of a meter point.
const fn meter_point_name(ledger: &Ledger) -> &'static str {
    match ledger.ledger_type {
        LedgerType::FraGasLedger => "PCE",
        LedgerType::FraElectricityLedger | LedgerType::PotLedger | LedgerType::SolarWalletLedger => "PRM",
    }
}

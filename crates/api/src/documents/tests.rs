//! The paper of a bill, read back.

use chrono::{DateTime, Days, NaiveDate};
use hayro_syntax::Pdf;
use hayro_syntax::content::ops::TypedInstruction;
use kemu_domain::accounts::{Account, AccountStatus, AccountType, Billing};
use kemu_domain::agreements::AgreementId;
use kemu_domain::bills::{self, Bill, BillKind, BillLine, BillStatus, LineKind};
use kemu_domain::calendars::ClassCode;
use kemu_domain::ledgers::{Ledger, LedgerType};
use kemu_domain::tariffs::Rate;
use kemu_domain::{AccountId, AccountNumber, BillId, LedgerId, LedgerNumber, Minor, PortfolioNumber};

use super::helvetica::Font;
use super::{BillPaper, pdf, render};

const PRM: &str = "30001234567890";

fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, month, day).unwrap()
}

fn account() -> Account {
    Account {
        id: AccountId(7),
        number: AccountNumber::try_new("A-F1A7BA5E").unwrap(),
        account_type: AccountType::Domestic,
        status: AccountStatus::Active,
        brand: "OCTOPUS_ENERGY".into(),
        portfolio_number: PortfolioNumber::try_new("P-A123B456").unwrap(),
        urn: None,
        billing: Billing {
            name: Some("Appartement de base".into()),
            sub_name: Some("Gérance de l'Œuvre".into()),
            lines: [
                "1 rue de l'Exemple".into(),
                "Bâtiment B, escalier 3".into(),
                String::new(),
                "Évry-Courcouronnes".into(),
                String::new(),
            ],
            postcode: Some("91000".into()),
            ..Billing::default()
        },
        created_at: DateTime::UNIX_EPOCH,
    }
}

fn ledger() -> Ledger {
    let ledger_type = LedgerType::FraElectricityLedger;
    Ledger {
        id: LedgerId(11),
        number: LedgerNumber::try_new("L-123456789A").unwrap(),
        account_id: AccountId(7),
        ledger_type,
        name: ledger_type.display_name(Some(PRM)),
        balance: Minor(-9_512),
        accepts_payments: true,
        affects_account_balance: true,
    }
}

/// A bill for so many runs of days, each with five lines.
fn bill(runs: u64) -> Bill {
    let kinds = [
        LineKind::Standing { days: 7, rate: Rate(180_960_000) },
        LineKind::Cta { days: 7, rate: Rate(12_302_734) },
        LineKind::Energy { class: ClassCode::Hp, energy_wh: 3_312_457, rate: Rate(215_800) },
        LineKind::Energy { class: ClassCode::Hc, energy_wh: 1_250_000, rate: Rate(169_600) },
        LineKind::Accise { energy_wh: 4_562_457, rate: Rate(30_850) },
    ];
    let start = day(3, 1);
    let run = |run: u64| {
        let (from, to) = (start + Days::new(7 * run), start + Days::new(7 * run + 7));
        let line = move |kind: LineKind| {
            let vat = if matches!(kind, LineKind::Cta { .. }) { 55 } else { 200 };
            BillLine::new(kind, from, to, vat)
        };
        kinds.clone().map(line)
    };
    let lines: Vec<_> = (0..runs).flat_map(run).collect();
    let amounts = bills::total(&lines);
    let opening_balance = Minor(-4_500);
    Bill {
        id: BillId(48_003),
        identifier: "F0000400-0003".into(),
        account_id: AccountId(7),
        ledger_id: LedgerId(11),
        agreement_id: AgreementId(400),
        kind: BillKind::Statement,
        status: BillStatus::Closed,
        is_final: false,
        from: start,
        to: start + Days::new(7 * runs),
        issued_at: DateTime::UNIX_EPOCH,
        issued_date: day(4, 3),
        due_date: day(4, 17),
        lines,
        amounts,
        opening_balance,
        closing_balance: opening_balance + Minor(4_500) - amounts.gross,
    }
}

fn paper_of(bill: &Bill) -> Vec<u8> {
    let (account, ledger) = (account(), ledger());
    render(&BillPaper { bill, account: &account, ledger: &ledger, meter_point: Some(PRM) })
}

/// A text on a page: where it begins and ends, its base line from below, and what it says.
#[derive(Debug)]
struct Found {
    from: f32,
    to: f32,
    base: f32,
    text: String,
}

/// The upright texts of each page, as another crate reads them.
fn pages(bytes: &[u8]) -> Vec<Vec<Found>> {
    let file = Pdf::new(bytes.to_vec()).expect("a PDF");
    let mut pages = Vec::new();
    for page in file.pages().iter() {
        let (mut font, mut size, mut place) = (Font::Regular, 0.0, None);
        let mut found = Vec::new();
        let mut operations = page.typed_operations();
        while let Some(operation) = operations.next() {
            match operation {
                TypedInstruction::TextFont(set) => {
                    let named = |font: &Font| font.name() == set.0.as_ref();
                    font = Font::ALL.into_iter().find(named).expect("one of ours");
                    size = set.1.as_f32();
                }
                TypedInstruction::SetTextMatrix(set) => {
                    place = (set.1.as_f32() == 0.0).then(|| (set.4.as_f32(), set.5.as_f32()));
                }
                TypedInstruction::ShowText(shown) => {
                    let Some((from, base)) = place else { continue };
                    let text = read(shown.0);
                    found.push(Found { from, to: from + font.width(&text, size), base, text });
                }
                _ => {}
            }
        }
        pages.push(found);
    }
    pages
}

/// Windows-1252, of which the papers use Latin-1 and two more letters.
fn read(bytes: &[u8]) -> String {
    let letter = |byte: &u8| match byte {
        0x80 => '€',
        0x8c => 'Œ',
        0xa0 => ' ',
        _ => char::from(*byte),
    };
    bytes.iter().map(letter).collect()
}

fn says(pages: &[Vec<Found>], text: &str) -> bool {
    pages.iter().flatten().any(|found| found.text == text)
}

/// Everything is within the margins, and nothing lies on anything else.
fn is_tidy(pages: &[Vec<Found>]) {
    for page in pages {
        for (index, one) in page.iter().enumerate() {
            assert!(one.from > 41.9 && one.to < pdf::WIDTH - 41.9, "{one:?}");
            assert!(one.base > 24.0 && one.base < pdf::HEIGHT - 36.0, "{one:?}");
            for other in &page[index + 1..] {
                let apart = (one.base - other.base).abs() > 7.4 || one.to < other.from || other.to < one.from;
                assert!(apart, "{one:?} lies on {other:?}");
            }
        }
    }
}

#[test]
fn a_bill_says_all_that_a_customer_looks_for() {
    let bill = bill(2);
    let bytes = paper_of(&bill);
    assert!(bytes.starts_with(b"%PDF-1.7") && bytes.ends_with(b"%%EOF"));
    let pages = pages(&bytes);
    assert_eq!(pages.len(), 1);
    is_tidy(&pages);
    for text in [
        "kemu · document émulé, sans valeur",
        "Facture",
        "Période du 01/03/2026 au 14/03/2026",
        "F0000400-0003",
        "A-F1A7BA5E",
        "L-123456789A",
        "Électricité (30001234567890)",
        "PRM",
        "30001234567890",
        "03/04/2026",
        "17/04/2026",
        "Appartement de base",
        "Gérance de l'Œuvre",
        "1 rue de l'Exemple",
        "Bâtiment B, escalier 3",
        "91000 Évry-Courcouronnes",
        "Du 08/03/2026 au 14/03/2026",
        "Contribution tarifaire d'acheminement (CTA)",
        "Consommation HP",
        "3 312,457 kWh",
        "21,58 c€/kWh",
        "18 096 c€/an",
        "1 230,2734 c€/an",
        "7 jours",
        "5,5 %",
        "714,83 €",
        "857,80 €",
        // Of both runs: 3.47 + 714.83 + 212.00 + 140.75, twice, with 20 %; 0.63 twice with 5.5 %.
        "2 142,10 €",
        "2 570,52 €",
        "Total TTC",
        "Nouveau solde, à votre charge",
        "-2 571,02 €",
        "+45,00 €",
        "Page 1 / 1",
    ] {
        assert!(says(&pages, text), "{text} is not in {pages:#?}");
    }
}

#[test]
fn the_same_bill_gives_the_same_bytes() {
    assert_eq!(paper_of(&bill(2)), paper_of(&bill(2)));
    let later = Bill { due_date: day(4, 18), ..bill(2) };
    assert_ne!(paper_of(&bill(2)), paper_of(&later));
}

#[test]
fn forty_lines_and_more_go_on_to_other_pages() {
    for (runs, expected) in [(8, 2), (40, 6)] {
        let pages = pages(&paper_of(&bill(runs)));
        assert_eq!(pages.len(), expected);
        is_tidy(&pages);
        let lines = pages.iter().flatten().filter(|found| found.text == "3 312,457 kWh").count();
        assert_eq!(u64::try_from(lines).unwrap(), runs);
        for (number, page) in (1..).zip(&pages) {
            let on_page = |text: &str| page.iter().any(|found| found.text == text);
            assert!(on_page("kemu · document émulé, sans valeur"));
            assert!(on_page(&format!("Page {number} / {expected}")));
        }
        assert!(says(&pages[expected - 1..], "Total TTC"));
    }
}

#[test]
fn the_paper_says_which_kind_it_is() {
    let ordinary = bill(1);
    let table = [
        (ordinary.clone(), "Facture"),
        (Bill { kind: BillKind::Invoice, ..ordinary.clone() }, "Facture"),
        (Bill { is_final: true, ..ordinary.clone() }, "Facture de résiliation"),
        (Bill { kind: BillKind::CreditNote, ..ordinary.clone() }, "Avoir"),
        (Bill { status: BillStatus::Open, ..ordinary }, "Facture en préparation"),
    ];
    for (bill, title) in table {
        assert!(says(&pages(&paper_of(&bill)), title), "{title}");
    }
}

#[test]
fn a_credit_note_without_meter_point_and_a_very_long_name_still_fit() {
    let kind = LineKind::FeedIn { class: ClassCode::Base, energy_wh: 250_000, rate: Rate(60_000) };
    let line = BillLine::new(kind, day(3, 1), day(3, 2), 0);
    let amounts = line.amounts;
    let bill = Bill {
        kind: BillKind::CreditNote,
        lines: vec![line],
        amounts,
        opening_balance: Minor::ZERO,
        closing_balance: Minor(1_500),
        ..bill(0)
    };
    let mut account = account();
    account.billing.name = Some("Syndicat des copropriétaires ".repeat(9));
    let ledger = Ledger { name: "Portefeuille solaire ".repeat(9), ..ledger() };
    let pages =
        pages(&render(&BillPaper { bill: &bill, account: &account, ledger: &ledger, meter_point: None }));
    is_tidy(&pages);
    for text in [
        "Avoir",
        "Le 01/03/2026",
        "Injection BASE",
        "-15,00 €",
        "0 %",
        "+15,00 €",
        "Nouveau solde, en votre faveur",
    ] {
        assert!(says(&pages, text), "{text} is not in {pages:#?}");
    }
    assert!(!says(&pages, "PRM"));
}

#[test]
fn a_bill_without_lines_is_a_page() {
    let pages = pages(&paper_of(&bill(0)));
    is_tidy(&pages);
    assert!(says(&pages, "0,00 €"));
}

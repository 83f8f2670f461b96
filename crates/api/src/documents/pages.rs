//! The pages of a paper: their measures, their colours, and what is on all of them.

use super::helvetica::Font;
use super::pdf::{self, Area, Ink, Sheet, Style};

/// On every page, so that nobody takes it for a bill.
pub(super) const MARK: &str = "kemu · document émulé, sans valeur";

pub(super) const LEFT: f32 = 42.0;
pub(super) const RIGHT: f32 = pdf::WIDTH - LEFT;
/// What begins above this line may stand on the page.
const BOTTOM: f32 = 784.0;
/// Between the edge of a table and its text.
pub(super) const PAD: f32 = 6.0;
/// The height of a table's row.
pub(super) const ROW: f32 = 15.0;
/// From the top of a row to its base line.
pub(super) const BASE: f32 = 10.3;

pub(super) const BLACK: Ink = Ink(0.11, 0.12, 0.16);
pub(super) const GREY: Ink = Ink(0.42, 0.44, 0.50);
pub(super) const LINE: Ink = Ink(0.84, 0.85, 0.89);
pub(super) const BLUE: Ink = Ink(0.16, 0.25, 0.55);
pub(super) const TINT: Ink = Ink(0.93, 0.94, 0.98);
const PALE: Ink = Ink(0.95, 0.95, 0.965);
pub(super) const WHITE: Ink = Ink(1.0, 1.0, 1.0);

pub(super) const fn plain(size: f32, ink: Ink) -> Style {
    Style { font: Font::Regular, size, ink }
}

pub(super) const fn bold(size: f32, ink: Ink) -> Style {
    Style { font: Font::Bold, size, ink }
}

/// Pages, and how far down the last one is written.
pub(super) struct Pages {
    pub(super) sheets: Vec<Sheet>,
    pub(super) y: f32,
}

impl Pages {
    /// The first page, empty.
    pub(super) fn new() -> Self {
        let mut pages = Self { sheets: Vec::new(), y: 0.0 };
        pages.turn();
        pages
    }

    /// Turns to a new page, with its marks.
    fn turn(&mut self) {
        let mut sheet = Sheet::new();
        sheet.across(bold(150.0, PALE), "ÉMULÉ");
        let frame = Area { x: LEFT, y: 32.0, width: RIGHT - LEFT, height: 22.0 };
        sheet.framed(frame, BLUE);
        sheet.centred((pdf::WIDTH / 2.0, 46.5), bold(10.0, BLUE), MARK);
        self.sheets.push(sheet);
        self.y = 74.0;
    }

    pub(super) fn sheet(&mut self) -> &mut Sheet {
        self.sheets.last_mut().expect("turned to before anything is written")
    }

    /// Turns the page where less than `height` is left on it, and says whether it did.
    pub(super) fn needs(&mut self, height: f32) -> bool {
        let turns = self.y + height > BOTTOM;
        if turns {
            self.turn();
        }
        turns
    }

    /// What stands at the foot of each page, once it is known how many there are.
    pub(super) fn feet(&mut self, identifier: &str) {
        let count = self.sheets.len();
        for (number, sheet) in (1..).zip(&mut self.sheets) {
            sheet.rule((LEFT, RIGHT), 800.0, LINE);
            let said =
                format!("{identifier} · produit par kemu, un émulateur : rien n'est dû, rien n'est livré.");
            sheet.text((LEFT, 812.0), plain(7.5, GREY), &said);
            sheet.right((RIGHT, 812.0), plain(7.5, GREY), &format!("Page {number} / {count}"));
        }
    }
}

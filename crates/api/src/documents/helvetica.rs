//! The letters: Helvetica, which every PDF reader has, so no font is embedded. A reader takes their widths from its own
//! tables; we need them too, as numbers are set to the right.

/// A font of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Font {
    Regular,
    Bold,
}

impl Font {
    /// Both of them.
    pub(super) const ALL: [Self; 2] = [Self::Regular, Self::Bold];

    /// What PDF calls it.
    pub(super) const fn name(self) -> &'static [u8] {
        match self {
            Self::Regular => b"Helvetica",
            Self::Bold => b"Helvetica-Bold",
        }
    }

    /// How wide a text is at this size, in points.
    pub(super) fn width(self, text: &str, size: f32) -> f32 {
        let widths = match self {
            Self::Regular => &REGULAR,
            Self::Bold => &BOLD,
        };
        // `win_ansi` gives no byte below the first.
        let of = |byte: u8| f32::from(widths[usize::from(byte.saturating_sub(FIRST))]);
        win_ansi(text).into_iter().map(of).sum::<f32>() * size / 1000.0
    }

    /// The text if it is no wider than `width` points; else as much of its beginning as fits, and an ellipsis.
    pub(super) fn fitted(self, text: &str, size: f32, width: f32) -> String {
        if self.width(text, size) <= width {
            return text.to_owned();
        }
        let left = width - self.width("…", size);
        if left < 0.0 {
            return String::new();
        }
        let mut taken = 0.0;
        let mut fits = |letter: char| {
            taken += self.width(letter.encode_utf8(&mut [0; 4]), size);
            taken <= left
        };
        let end: usize = text.chars().take_while(|letter| fits(*letter)).map(char::len_utf8).sum();
        format!("{}…", text[..end].trim_end())
    }
}

/// The text in PDF's `WinAnsiEncoding` (Windows-1252). What it has no letter for becomes `?`.
pub(super) fn win_ansi(text: &str) -> Vec<u8> {
    /// The letters at 0x80 to 0x9f that there are; a space stands for a gap.
    const UPPER: &str = "€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ";
    let byte = |letter: char| match letter {
        ' '..='~' | '\u{a0}'..='ÿ' => u8::try_from(u32::from(letter)).ok(),
        // The narrow space that French typography asks for.
        '\u{202f}' => Some(0xa0),
        _ => (0x80..).zip(UPPER.chars()).find_map(|(byte, upper)| (upper == letter).then_some(byte)),
    };
    text.chars().map(|letter| byte(letter).unwrap_or(b'?')).collect()
}

/// The byte of the first width.
const FIRST: u8 = b' ';

/// Widths in thousandths of the size, from Adobe's metrics of the font. Gaps of the encoding have the bullet's.
const REGULAR: [u16; 224] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556,
    556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278,
    500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469,
    556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500,
    278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584, 350, 556, 350, 222, 556, 333, 1000, 556, 556, 333,
    1000, 667, 333, 1000, 350, 611, 350, 350, 222, 222, 333, 333, 350, 556, 1000, 333, 1000, 500, 333, 944,
    350, 500, 667, 278, 333, 556, 556, 556, 556, 260, 556, 333, 737, 370, 556, 584, 333, 737, 333, 400, 584,
    333, 333, 333, 556, 537, 278, 333, 333, 365, 556, 834, 834, 834, 611, 667, 667, 667, 667, 667, 667, 1000,
    722, 667, 667, 667, 667, 278, 278, 278, 278, 722, 722, 778, 778, 778, 778, 778, 584, 778, 722, 722, 722,
    722, 667, 667, 611, 556, 556, 556, 556, 556, 556, 889, 500, 556, 556, 556, 556, 278, 278, 278, 278, 556,
    556, 556, 556, 556, 556, 556, 584, 611, 556, 556, 556, 556, 500, 556, 500,
];

/// The bold ones.
const BOLD: [u16; 224] = [
    278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556,
    556, 556, 556, 556, 556, 333, 333, 584, 584, 584, 611, 975, 722, 722, 722, 722, 667, 611, 778, 722, 278,
    556, 722, 611, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 333, 278, 333, 584,
    556, 333, 556, 611, 556, 611, 556, 333, 611, 611, 278, 278, 556, 278, 889, 611, 611, 611, 611, 389, 556,
    333, 611, 556, 778, 556, 556, 500, 389, 280, 389, 584, 350, 556, 350, 278, 556, 500, 1000, 556, 556, 333,
    1000, 667, 333, 1000, 350, 611, 350, 350, 278, 278, 500, 500, 350, 556, 1000, 333, 1000, 556, 333, 944,
    350, 500, 667, 278, 333, 556, 556, 556, 556, 280, 556, 333, 737, 370, 556, 584, 333, 737, 333, 400, 584,
    333, 333, 333, 611, 556, 278, 333, 333, 365, 556, 834, 834, 834, 611, 722, 722, 722, 722, 722, 722, 1000,
    722, 667, 667, 667, 667, 278, 278, 278, 278, 722, 722, 778, 778, 778, 778, 778, 584, 778, 722, 722, 722,
    722, 667, 667, 611, 556, 556, 556, 556, 556, 556, 889, 556, 556, 556, 556, 556, 278, 278, 278, 278, 611,
    611, 611, 611, 611, 611, 611, 584, 611, 611, 611, 611, 611, 556, 611, 556,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn french_letters_have_a_byte() {
        assert_eq!(win_ansi("Aé€…œ–\u{a0}\u{202f}"), b"A\xe9\x80\x85\x9c\x96\xa0\xa0");
        assert_eq!(win_ansi("Łódź\n\u{7f}"), b"?\xf3d?\x3f\x3f");
    }

    #[test]
    fn widths_are_adobes() {
        let widths =
            |font: Font| ["0", "€", "É", "W", "ÿ"].map(|text| format!("{:.0}", font.width(text, 1000.0)));
        assert_eq!(widths(Font::Regular), ["556", "556", "667", "944", "500"]);
        assert_eq!(widths(Font::Bold), ["556", "556", "667", "944", "556"]);
    }

    #[test]
    fn what_does_not_fit_is_cut() {
        assert_eq!(Font::Regular.fitted("Abonnement", 8.0, 100.0), "Abonnement");
        assert_eq!(Font::Regular.fitted("Abonnement annuel", 8.0, 46.0), "Abonnem…");
        assert_eq!(Font::Regular.fitted("Abonnement", 8.0, 1.0), "");
    }
}

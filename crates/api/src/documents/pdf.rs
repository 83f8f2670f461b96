//! Sheets of A4 to draw on, and the PDF made of them. Lengths are points (1/72 inch), counted from the upper left corner
//! as one reads; PDF itself counts from the lower left.

use pdf_writer::{Content, Finish as _, Name, Pdf, Rect, Ref, Str, TextStr};

use super::helvetica::{Font, win_ansi};

/// The width of A4.
pub(super) const WIDTH: f32 = 595.28;
/// The height of A4.
pub(super) const HEIGHT: f32 = 841.89;

/// A colour: red, green and blue, 0 to 1.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ink(pub(super) f32, pub(super) f32, pub(super) f32);

/// How a text looks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    pub(super) font: Font,
    pub(super) size: f32,
    pub(super) ink: Ink,
}

impl Style {
    /// How wide a text is in it.
    pub(super) fn width(self, text: &str) -> f32 {
        self.font.width(text, self.size)
    }
}

/// A rectangle, by its upper left corner.
#[derive(Clone, Copy, Debug)]
pub(super) struct Area {
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) width: f32,
    pub(super) height: f32,
}

/// A page.
pub(super) struct Sheet {
    content: Content,
}

impl Sheet {
    /// An empty page.
    pub(super) fn new() -> Self {
        Self { content: Content::new() }
    }

    /// A text that begins at `x`; `y` is its base line.
    pub(super) fn text(&mut self, (x, y): (f32, f32), style: Style, text: &str) {
        self.turned([1.0, 0.0, 0.0, 1.0, x, HEIGHT - y], style, text);
    }

    /// A text that ends at `x`.
    pub(super) fn right(&mut self, (x, y): (f32, f32), style: Style, text: &str) {
        self.text((x - style.width(text), y), style, text);
    }

    /// A text around `x`.
    pub(super) fn centred(&mut self, (x, y): (f32, f32), style: Style, text: &str) {
        self.text((x - style.width(text) / 2.0, y), style, text);
    }

    /// A text across the page, upwards. To be drawn first, as it lies under the rest.
    pub(super) fn across(&mut self, style: Style, text: &str) {
        let (sin, cos) = (HEIGHT / WIDTH).atan().sin_cos();
        // From the middle of the page back by half of the text, and down by about half of a capital letter.
        let (along, down) = (style.width(text) / 2.0, style.size * 0.36);
        let x = WIDTH / 2.0 - along * cos + down * sin;
        let y = HEIGHT / 2.0 - along * sin - down * cos;
        self.turned([cos, sin, -sin, cos, x, y], style, text);
    }

    fn turned(&mut self, matrix: [f32; 6], style: Style, text: &str) {
        let Ink(red, green, blue) = style.ink;
        self.content.begin_text().set_fill_rgb(red, green, blue);
        self.content.set_font(Name(style.font.name()), style.size).set_text_matrix(matrix);
        self.content.show(Str(&win_ansi(text))).end_text();
    }

    /// A thin line from left to right.
    pub(super) fn rule(&mut self, (from, to): (f32, f32), y: f32, Ink(red, green, blue): Ink) {
        self.content.set_stroke_rgb(red, green, blue).set_line_width(0.5);
        self.content.move_to(from, HEIGHT - y).line_to(to, HEIGHT - y).stroke();
    }

    /// A filled rectangle.
    pub(super) fn filled(&mut self, area: Area, Ink(red, green, blue): Ink) {
        self.content.set_fill_rgb(red, green, blue);
        self.rect(area).fill_nonzero();
    }

    /// The outline of a rectangle.
    pub(super) fn framed(&mut self, area: Area, Ink(red, green, blue): Ink) {
        self.content.set_stroke_rgb(red, green, blue).set_line_width(0.8);
        self.rect(area).stroke();
    }

    fn rect(&mut self, area: Area) -> &mut Content {
        self.content.rect(area.x, HEIGHT - area.y - area.height, area.width, area.height)
    }
}

/// The sheets as a file. It says who made it, but not when.
pub(super) fn document(title: &str, sheets: Vec<Sheet>) -> Vec<u8> {
    let mut refs = (1..).map(Ref::new);
    let mut next = || refs.next().expect("there are more numbers than pages");
    let (catalog, tree, info) = (next(), next(), next());
    let fonts = Font::ALL.map(|font| (font, next()));
    let sheets: Vec<_> = sheets.into_iter().map(|sheet| (sheet, next(), next())).collect();

    let mut pdf = Pdf::new();
    pdf.catalog(catalog).pages(tree).lang(TextStr("fr-FR"));
    pdf.document_info(info).title(TextStr(title)).producer(TextStr("kemu"));
    let count = i32::try_from(sheets.len()).unwrap_or(i32::MAX);
    pdf.pages(tree).kids(sheets.iter().map(|(_, page, _)| *page)).count(count);
    for (font, id) in fonts {
        pdf.type1_font(id).base_font(Name(font.name())).encoding_predefined(Name(b"WinAnsiEncoding"));
    }
    for (sheet, id, content) in sheets {
        let mut page = pdf.page(id);
        page.parent(tree).media_box(Rect::new(0.0, 0.0, WIDTH, HEIGHT)).contents(content);
        let mut resources = page.resources();
        resources.fonts().pairs(fonts.map(|(font, id)| (Name(font.name()), id)));
        resources.finish();
        page.finish();
        pdf.stream(content, &sheet.content.finish());
    }
    pdf.finish()
}

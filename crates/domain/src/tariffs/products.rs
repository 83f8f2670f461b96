//! The catalogue. Names and prices are invented; the code `OCTOFLEX_4_V4` and the calendar
//! `EFFACEMENT_HPHC_2` were captured (kraken-facts 8), what they cost and mean was not.
//! That `OCTOFLEX_4_V4` prices `HPE` was captured too; its other classes are those of the calendar.
//!
//! Prices are cents, without accise, CTA and VAT. The temporal classes must be those of the calendar.

use chrono::NaiveDate;

use super::{Prices, Product, Rate};
use crate::calendars::ClassCode::{self, Base, Hc, Hce, Hchi, Hcp, Hp, Hpe, Hphi, Hpp};
use crate::supply_points::{Direction, Market};

/// Year, month, day.
type Day = (i32, u32, u32);

/// First day; standing charge and network's fixed part, in cents a year; ten-thousandths of a cent a kWh for
/// each class, in the order of the product's classes.
type PriceRow = (Day, i64, i64, &'static [i64]);

/// A row of the catalogue.
struct Row {
    id: i64,
    code: &'static str,
    full_name: &'static str,
    display_name: &'static str,
    market: Market,
    direction: Direction,
    calendar: &'static str,
    classes: &'static [ClassCode],
    available_from: Day,
    available_to: Option<Day>,
    prices: &'static [PriceRow],
}

const ROWS: &[Row] = &[
    Row {
        id: 101,
        code: "OCTO_FIXE_BASE_1_V2",
        full_name: "Octo Fixe Base, option Base",
        display_name: "Octo Fixe",
        market: Market::FraElectricity,
        direction: Direction::Consumption,
        calendar: "BASE",
        classes: &[Base],
        available_from: (2023, 1, 1),
        available_to: None,
        prices: &[
            ((2023, 1, 1), 15_120, 5_290, &[153_400]),
            ((2024, 2, 1), 15_720, 5_290, &[161_800]),
            ((2025, 2, 1), 16_380, 5_650, &[132_700]),
            ((2026, 2, 1), 16_740, 5_830, &[129_400]),
        ],
    },
    Row {
        id: 102,
        code: "OCTO_FIXE_HPHC_2_V2",
        full_name: "Octo Fixe Heures Creuses, option HP/HC",
        display_name: "Octo Fixe Heures Creuses",
        market: Market::FraElectricity,
        direction: Direction::Consumption,
        calendar: "HPHC",
        classes: &[Hp, Hc],
        available_from: (2023, 1, 1),
        available_to: None,
        prices: &[
            ((2023, 1, 1), 16_080, 5_610, &[168_200, 121_300]),
            ((2024, 2, 1), 16_800, 5_610, &[176_500, 128_600]),
            ((2025, 2, 1), 17_520, 6_010, &[147_900, 107_200]),
            ((2026, 2, 1), 17_880, 6_190, &[143_100, 103_800]),
        ],
    },
    Row {
        id: 103,
        code: "OCTO_TEMPO_6_V1",
        full_name: "Octo Tempo, option Tempo à six prix",
        display_name: "Octo Tempo",
        market: Market::FraElectricity,
        direction: Direction::Consumption,
        calendar: "TEMPO",
        classes: &[Hce, Hpe, Hchi, Hphi, Hcp, Hpp],
        available_from: (2023, 9, 1),
        available_to: None,
        prices: &[
            ((2023, 9, 1), 16_440, 5_610, &[78_300, 93_100, 93_500, 116_200, 101_400, 582_100]),
            ((2025, 2, 1), 17_160, 6_010, &[77_200, 101_400, 91_800, 123_900, 99_600, 521_300]),
            ((2026, 2, 1), 17_520, 6_190, &[75_600, 99_700, 90_300, 121_500, 98_100, 514_200]),
        ],
    },
    Row {
        id: 104,
        code: "OCTOFLEX_4_V4",
        full_name: "OctoFlex 4, recharge intelligente à six prix",
        display_name: "OctoFlex",
        market: Market::FraElectricity,
        direction: Direction::Consumption,
        calendar: "EFFACEMENT_OCTOFLEX_6",
        classes: &[Hpe, Hce, Hphi, Hchi, Hpp, Hcp],
        available_from: (2024, 6, 1),
        available_to: None,
        prices: &[
            ((2024, 6, 1), 17_640, 5_610, &[131_400, 92_600, 171_800, 118_300, 402_500, 121_900]),
            // 18096 is the one standing rate that was captured.
            ((2025, 2, 1), 18_096, 6_010, &[118_700, 79_900, 158_200, 104_600, 376_100, 108_400]),
            ((2026, 2, 1), 18_456, 6_190, &[116_300, 78_200, 155_400, 102_700, 371_800, 106_900]),
        ],
    },
    Row {
        id: 106,
        code: "OCTO_EFFACEMENT_HPHC_2_V1",
        full_name: "Octo Effacement, option HP/HC",
        display_name: "Octo Effacement",
        market: Market::FraElectricity,
        direction: Direction::Consumption,
        calendar: "EFFACEMENT_HPHC_2",
        classes: &[Hp, Hc],
        available_from: (2024, 6, 1),
        available_to: None,
        prices: &[
            ((2024, 6, 1), 16_920, 5_610, &[173_600, 112_400]),
            ((2025, 2, 1), 17_640, 6_010, &[145_300, 94_100]),
            ((2026, 2, 1), 18_000, 6_190, &[141_900, 91_700]),
        ],
    },
    Row {
        id: 105,
        code: "OCTO_FIXE_BASE_1_V1",
        full_name: "Octo Fixe Base, première version",
        display_name: "Octo Fixe",
        market: Market::FraElectricity,
        direction: Direction::Consumption,
        calendar: "BASE",
        classes: &[Base],
        available_from: (2021, 1, 1),
        available_to: Some((2023, 1, 1)),
        prices: &[((2021, 1, 1), 13_980, 5_090, &[118_600]), ((2023, 2, 1), 15_360, 5_290, &[159_700])],
    },
    Row {
        id: 201,
        code: "OCTO_GAZ_1_V2",
        full_name: "Octo Gaz Fixe",
        display_name: "Octo Gaz",
        market: Market::FraGas,
        direction: Direction::Consumption,
        calendar: "BASE",
        classes: &[Base],
        available_from: (2023, 1, 1),
        available_to: None,
        prices: &[
            ((2023, 1, 1), 22_080, 14_020, &[76_200]),
            ((2024, 7, 1), 23_400, 15_480, &[71_800]),
            ((2025, 7, 1), 24_120, 16_210, &[67_300]),
        ],
    },
    Row {
        id: 301,
        code: "OCTO_SOLAIRE_RACHAT_1_V1",
        full_name: "Octo Solaire, rachat du surplus",
        display_name: "Octo Solaire",
        market: Market::FraElectricity,
        direction: Direction::Generation,
        calendar: "BASE",
        classes: &[Base],
        available_from: (2023, 1, 1),
        available_to: None,
        prices: &[((2023, 1, 1), 0, 0, &[100_000]), ((2025, 4, 1), 0, 0, &[60_000])],
    },
];

/// The products, made from the table.
pub(super) fn catalogue() -> Vec<Product> {
    ROWS.iter().map(product).collect()
}

fn product(row: &Row) -> Product {
    Product {
        id: row.id,
        code: row.code.to_owned(),
        full_name: row.full_name.to_owned(),
        display_name: row.display_name.to_owned(),
        description: format!("{}. Nom et prix inventés pour kemu.", row.full_name),
        market: row.market,
        direction: row.direction,
        calendar: row.calendar.to_owned(),
        available_from: date(row.available_from),
        available_to: row.available_to.map(date),
        prices: row.prices.iter().map(|prices| prices_of(row, prices)).collect(),
    }
}

fn prices_of(row: &Row, &(from, standing_cents, network_cents, energy): &PriceRow) -> Prices {
    let classes = row.classes.iter().copied();
    Prices {
        valid_from: date(from),
        standing: Rate(standing_cents * 10_000),
        network_fixed_part: Rate(network_cents * 10_000),
        energy: classes.zip(energy.iter().copied().map(Rate)).collect(),
    }
}

fn date((year, month, day): Day) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("the table holds dates")
}

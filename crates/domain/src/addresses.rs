//! Addresses as the contract's `RichAddressType` has them.

/// A postal address. Empty parts are `None`, never empty text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    /// Who receives letters there.
    pub name: Option<String>,
    /// The organisation there.
    pub organization: Option<String>,
    /// Number, street and complement; lines are parted by line feeds.
    pub street_address: Option<String>,
    /// A hamlet or quarter (*lieu-dit*).
    pub dependent_locality: Option<String>,
    /// The town.
    pub locality: Option<String>,
    /// A region or department, where the form of the address wants one. In France it does not.
    pub administrative_area: Option<String>,
    /// The postcode: five digits in France.
    pub postal_code: Option<String>,
    /// CEDEX and its number.
    pub sorting_code: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// The postal operator's id of the letter box.
    pub delivery_point_identifier: Option<String>,
}

/// Which parts [`Address::one_line`] shows: the arguments of `asString`.
#[derive(Clone, Copy, Debug)]
pub struct Show {
    /// The country's code at the end.
    pub country: bool,
    /// The name at the front.
    pub name: bool,
    /// The postcode before the town.
    pub postal_code: bool,
}

impl Show {
    /// Everything, which is the contract's default.
    pub const ALL: Self = Self { country: true, name: true, postal_code: true };
    /// The place alone: what `PropertyType.address` says.
    pub const PLACE: Self = Self { country: false, name: false, postal_code: true };
}

impl Address {
    /// The lines of the address without name and country, as on an envelope: `PropertyType.splitAddress`.
    pub fn lines(&self) -> Vec<String> {
        self.lines_showing(Show::PLACE)
    }

    /// The address in one line, parted by commas. Kraken's own form is not known; this is the usual one.
    pub fn one_line(&self, show: Show) -> String {
        self.lines_showing(show).join(", ")
    }

    fn lines_showing(&self, show: Show) -> Vec<String> {
        let given = |part: &Option<String>| part.clone().filter(|text| !text.is_empty());
        let town = [
            given(&self.postal_code).filter(|_| show.postal_code),
            given(&self.locality),
            given(&self.sorting_code),
        ];
        let town = town.into_iter().flatten().collect::<Vec<_>>().join(" ");
        let mut lines: Vec<String> = given(&self.name).filter(|_| show.name).into_iter().collect();
        lines.extend(given(&self.organization));
        lines.extend(self.street_address.iter().flat_map(|street| street.lines()).map(str::to_owned));
        lines.extend(given(&self.dependent_locality));
        lines.push(town);
        lines.extend(given(&self.administrative_area));
        lines.extend(given(&self.country).filter(|_| show.country));
        lines.retain(|line| !line.is_empty());
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_reads_as_on_an_envelope() {
        let address = Address {
            name: Some("Flat Base".into()),
            street_address: Some("1 rue de l'Exemple\nBâtiment B".into()),
            locality: Some("Paris".into()),
            postal_code: Some("75001".into()),
            country: Some("FR".into()),
            ..Address::default()
        };
        assert_eq!(address.lines(), ["1 rue de l'Exemple", "Bâtiment B", "75001 Paris"]);
        assert_eq!(address.one_line(Show::ALL), "Flat Base, 1 rue de l'Exemple, Bâtiment B, 75001 Paris, FR");
        assert_eq!(Address::default().one_line(Show::ALL), "");
    }
}

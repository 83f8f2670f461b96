//! What changed about directives.

use super::{Comparison, OF_ARGUMENTS, pairs};
use crate::schema::{DirectiveDef, InputDef};

impl Comparison<'_> {
    pub(super) fn directives(&mut self) {
        let (old, new) = (self.old, self.new);
        for pair in pairs(&old.directives, &new.directives, |directive| directive.name) {
            let coordinate = |directive: &DirectiveDef| format!("@{}", directive.name);
            match pair {
                (Some(old), None) => self.breaking("DIRECTIVE_REMOVED", &coordinate(old), "was removed"),
                (None, Some(new)) => self.safe("DIRECTIVE_ADDED", &coordinate(new), "was added"),
                (Some(old), Some(new)) => self.directive(&coordinate(old), old, new),
                (None, None) => {}
            }
        }
    }

    fn directive(&mut self, coordinate: &str, old: &DirectiveDef, new: &DirectiveDef) {
        for pair in pairs(&old.arguments, &new.arguments, |argument| argument.name) {
            let coordinate = |argument: &InputDef| format!("{coordinate}({}:)", argument.name);
            match pair {
                (Some(old), None) => self.breaking("DIRECTIVE_ARG_REMOVED", &coordinate(old), "was removed"),
                (None, Some(new)) if new.is_required() => {
                    self.breaking(
                        "REQUIRED_DIRECTIVE_ARG_ADDED",
                        &coordinate(new),
                        "was added and is required",
                    );
                }
                (None, Some(new)) => {
                    self.safe("OPTIONAL_DIRECTIVE_ARG_ADDED", &coordinate(new), "was added");
                }
                (Some(old), Some(new)) => self.input(&coordinate(old), &OF_ARGUMENTS, old, new),
                (None, None) => {}
            }
        }
        match (old.repeatable, new.repeatable) {
            (true, false) => {
                self.breaking(
                    "DIRECTIVE_REPEATABLE_REMOVED",
                    coordinate,
                    "may stand only once in a place now",
                );
            }
            (false, true) => {
                self.safe("DIRECTIVE_REPEATABLE_ADDED", coordinate, "may stand several times in a place now");
            }
            _ => {}
        }
        for pair in pairs(&old.locations, &new.locations, |location| location) {
            match pair {
                (Some(location), None) => {
                    let message = format!("may not stand on {location} any more");
                    self.breaking("DIRECTIVE_LOCATION_REMOVED", coordinate, message);
                }
                (None, Some(location)) => {
                    self.safe("DIRECTIVE_LOCATION_ADDED", coordinate, format!("may stand on {location} now"));
                }
                _ => {}
            }
        }
    }
}

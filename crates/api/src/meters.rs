//! The meters of a world, as far as anyone asked for them.
//!
//! A meter can be worked out again at any time: what it hangs on is in the store. It is kept because its running sums
//! are what makes a year cost two look-ups. What is kept is used only for the very setup it was made of, so whatever
//! changes in the store (another product) changes the meters as well.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use kemu_domain::Seed;
use kemu_domain::metering::{MeterSetup, SupplyMeters};
use kemu_domain::supply_points::SupplyPointId;

/// The meters of a world.
#[derive(Debug)]
pub struct InstalledMeters {
    world: Seed,
    known: Mutex<HashMap<SupplyPointId, (MeterSetup, Arc<SupplyMeters>)>>,
}

impl InstalledMeters {
    /// None so far.
    pub fn new(world: Seed) -> Self {
        Self { world, known: Mutex::default() }
    }

    /// The meters of a supply point with this setup.
    pub fn of(&self, point: SupplyPointId, setup: MeterSetup) -> Arc<SupplyMeters> {
        let mut known = self.known.lock().expect("no holder of this lock panics");
        if let Some((same, meters)) = known.get(&point)
            && *same == setup
        {
            return Arc::clone(meters);
        }
        let meters = Arc::new(SupplyMeters::install(&setup, self.world));
        known.insert(point, (setup, Arc::clone(&meters)));
        meters
    }
}

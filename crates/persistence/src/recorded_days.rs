//! What registers counted on days on which somebody read them.

use kemu_domain::metering::Recorded;
use kemu_domain::supply_points::SupplyPointId;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::columns::{date, days, parsed};
use crate::entities::recorded_days::{ActiveModel, Column, Entity, Model};
use crate::error::Result;

/// All of some supply points, by day.
pub async fn of_supply_points(
    connection: &impl ConnectionTrait,
    points: impl IntoIterator<Item = SupplyPointId>,
) -> Result<Vec<(SupplyPointId, Recorded)>> {
    let points = points.into_iter().map(SupplyPointId::get);
    let select = Entity::find().filter(Column::SupplyPointId.is_in(points));
    let rows = select.order_by_asc(Column::Day).order_by_asc(Column::Class).all(connection).await?;
    rows.into_iter().map(recorded).collect()
}

/// Records a day; what was recorded of it before gives way.
pub async fn save(
    connection: &impl ConnectionTrait,
    point: SupplyPointId,
    recorded: &Recorded,
) -> Result<()> {
    let row = ActiveModel {
        supply_point_id: Set(point.get()),
        day: Set(days(recorded.date)),
        class: Set(recorded.class.map_or_else(String::new, |class| class.to_string())),
        amount: Set(recorded.amount),
    };
    let key = [Column::SupplyPointId, Column::Day, Column::Class];
    let again = OnConflict::columns(key).update_columns([Column::Amount]).to_owned();
    Entity::insert(row).on_conflict(again).exec_without_returning(connection).await?;
    Ok(())
}

fn recorded(row: Model) -> Result<(SupplyPointId, Recorded)> {
    let class = Some(row.class).filter(|class| !class.is_empty());
    let recorded = Recorded {
        date: date("recorded_days.day", row.day)?,
        class: class.map(|class| parsed("recorded_days.class", class)).transpose()?,
        amount: row.amount,
    };
    Ok((SupplyPointId(row.supply_point_id), recorded))
}

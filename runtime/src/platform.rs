//! What makes a platform one: a table.

use crate::table::PlatformTable;

/// A platform of the generated crate, such as `lark::Lark`.
pub trait Platform: Send + Sync + 'static {
    /// Its name, forms and control traffic.
    const TABLE: &'static PlatformTable<'static>;
}

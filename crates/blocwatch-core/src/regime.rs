//! Regimes of the World (Lührmann, Tannenberg & Lindberg 2018): `v2x_regime` as published, never re-derived.

/// The published categories in order: 0 closed autocracy to 3 liberal democracy.
pub const LABELS: [&str; 4] = ["closed autocracy", "electoral autocracy", "electoral democracy", "liberal democracy"];

/// The words for a category; `None` outside 0 to 3.
pub fn label(v2x_regime: u8) -> Option<&'static str> {
    LABELS.get(usize::from(v2x_regime)).copied()
}

/// Whether a category is an autocracy (closed or electoral).
pub const fn is_autocracy(v2x_regime: u8) -> bool {
    v2x_regime <= 1
}

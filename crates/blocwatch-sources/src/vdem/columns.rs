//! The columns of `vdem_state_year`. Names are V-Dem's own; meanings follow its codebook in a few words.

use blocwatch_core::table::{Column, Kind, TableSpec, Unit, col, opt};

use crate::columns::{GWCODE, IN_SYSTEM, LINE, YEAR};

/// A published index between 0 and 1; null where V-Dem gives none.
const fn index(name: &'static str, doc: &'static str) -> Column {
    opt(name, Kind::F64, "index 0-1", doc)
}

/// A published estimate on V-Dem's latent scale; null where V-Dem gives none.
const fn latent(name: &'static str, doc: &'static str) -> Column {
    opt(name, Kind::F64, "measurement-model scale", doc)
}

/// A published estimate on the original scale of the question (`_osp`) or as a category (`_ord`).
const fn scale(name: &'static str, doc: &'static str) -> Column {
    opt(name, Kind::F64, "scale of the question", doc)
}

/// A published yes or no; V-Dem's 0 may also mean unclear.
const fn flag(name: &'static str, doc: &'static str) -> Column {
    opt(name, Kind::F64, "0 no or unclear, 1 yes", doc)
}

const fn year(name: &'static str, doc: &'static str) -> Column {
    opt(name, Kind::I32, "year", doc)
}

/// How many columns stand before the published variables.
pub(super) const LEADING: usize = 7;

/// Columns of the table; between the leading ones and `source_row` stand the published variables in reading order.
pub(super) const COLUMNS: &[Column] = &[
    GWCODE,
    YEAR,
    col("edition", Kind::Text, "-", "Published form: full, row, indices, demspaces or demspaces6"),
    col("version", Kind::Text, "-", "Version of V-Dem as the file name states it; empty if it states none"),
    IN_SYSTEM,
    opt("country_id", Kind::I32, "-", "V-Dem's number of the unit; null in editions keyed by state number"),
    opt("country_text_id", Kind::Text, "-", "V-Dem's letters of the unit; null in editions keyed by state number"),
    opt(
        "v2x_regime",
        Kind::I32,
        "0 closed autocracy, 1 electoral autocracy, 2 electoral democracy, 3 liberal democracy",
        "Regimes of the World; null where not coded",
    ),
    scale("v2x_regime_amb", "Regimes of the World with ambiguous cases, 0-9"),
    index("v2x_polyarchy", "Electoral democracy index"),
    index("v2x_polyarchy_codelow", "Lower bound of the electoral democracy index (one standard deviation)"),
    index("v2x_polyarchy_codehigh", "Upper bound of the electoral democracy index (one standard deviation)"),
    index("v2x_polyarchy_sd", "Standard deviation of the electoral democracy index"),
    index("v2x_libdem", "Liberal democracy index"),
    index("v2x_liberal", "Liberal component index"),
    index("v2x_civlib", "Civil liberties index"),
    index("v2x_clphy", "Physical violence index; high is free from violence"),
    index("v2x_clphy_codelow", "Lower bound of the physical violence index"),
    index("v2x_clphy_codehigh", "Upper bound of the physical violence index"),
    index("v2xcs_ccsi", "Core civil society index"),
    index("v2xcs_ccsi_codelow", "Lower bound of the core civil society index"),
    index("v2xcs_ccsi_codehigh", "Upper bound of the core civil society index"),
    latent("v2csreprss", "Repression of civil society organisations; high is little"),
    latent("v2cseeorgs", "Entry and exit of civil society organisations; high is unconstrained"),
    index("v2x_freexp_altinf", "Freedom of expression and alternative sources of information"),
    index("v2x_rule", "Rule of law index"),
    index("v2x_gencs", "Women's civil society participation index"),
    scale("v2elfrfair_osp", "Election free and fair, 0-4"),
    scale("v2elmulpar_osp", "Elections multiparty, 0-4"),
    scale("v2cltrnslw_osp", "Transparent laws with predictable enforcement, 0-4"),
    scale("v2clacjstm_osp", "Access to justice for men, 0-4"),
    scale("v2clacjstw_osp", "Access to justice for women, 0-4"),
    scale("v2elasmoff_ord", "Winners assumed office after the election, 0-2"),
    flag("v2eltype_0", "An election to the lower or only chamber, first or only round, took place"),
    flag("v2eltype_4", "An election to a constituent assembly, first or only round, took place"),
    flag("v2eltype_6", "A presidential election, first or only round, took place"),
    flag("v2elintmon", "International election monitors were present"),
    flag("v2elmonref", "Some monitors refused to be present"),
    flag("v2elmonden", "Some monitors were denied access by the government"),
    latent("v2cagenmob", "Mass mobilisation; high is frequent and large"),
    latent("v2cademmob", "Mass mobilisation for democracy; high is frequent and large"),
    latent("v2csantimv", "Anti-system movements among civil society organisations; high is much"),
    latent("v2csprtcpt", "Involvement of people in civil society organisations; high is much"),
    opt("v2svstterr", Kind::F64, "percent of territory", "Territory over which the state has effective control"),
    opt(
        "years_since_last_pt_attempt",
        Kind::F64,
        "years",
        "Years since the last attempted coup by Powell and Thyne's list, which the authors of Demspaces carry; no variable of V-Dem",
    ),
    latent("v2caviol", "Political violence by actors other than the state; high is much"),
    year("codingstart", "First year coded"),
    year("codingend", "Last year coded"),
    year("gapstart1", "First year of the first gap in coding"),
    year("gapstart2", "First year of the second gap in coding"),
    year("gapstart3", "First year of the third gap in coding"),
    year("gapend1", "Last year of the first gap in coding"),
    year("gapend2", "Last year of the second gap in coding"),
    year("gapend3", "Last year of the third gap in coding"),
    LINE,
];

/// The tables of this source.
pub(super) static TABLES: &[TableSpec] = &[TableSpec {
    name: "vdem_state_year",
    unit: Unit::StateYear,
    keys: &["gwcode", "year", "edition", "version"],
    columns: COLUMNS,
    doc: "V-Dem country-years with the state number as of the year. Editions stand side by side and are not merged; rows from before a \
          state was in the system, and of units that never were, are kept and marked.",
}];

/// Names of the published variables.
pub(super) const NAMES: [&str; COLUMNS.len() - LEADING - 1] = {
    let mut out = [""; COLUMNS.len() - LEADING - 1];
    let mut i = 0;
    while i < out.len() {
        out[i] = COLUMNS[LEADING + i].name;
        i += 1;
    }
    out
};

/// The published variables, in table order.
pub(super) fn variables() -> &'static [Column] {
    &COLUMNS[LEADING..COLUMNS.len() - 1]
}

//! Colours by role. Each role has one light colour, which is unique, so that [`super::surface`] can give every drawn element the class
//! of its role; `brief.css` sets the colour of each class for light and dark pages.
//!
//! Lines are darkened from the palette of Okabe and Ito, so that their names can be printed in the same colour (contrast on white at
//! least 4.5 to 1). Regimes run from brown to blue, which holds for every common colour vision and in grey.

use plotters::style::RGBColor;

/// What an element of a picture stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Text that is to be read.
    Ink,
    /// Axis labels, words for gaps.
    Muted,
    /// Grid lines.
    Grid,
    /// The zero line and connectors.
    Rule,
    /// Where there is no value.
    Gap,
    /// Line or bar by position, 0-5.
    Series(u8),
    /// Regimes of the World category, 0-3.
    Regime(u8),
}

/// Role, class and light colour.
const ROLES: [(Role, &str, (u8, u8, u8)); 15] = [
    (Role::Ink, "ink", (0x1b, 0x20, 0x26)),
    (Role::Muted, "muted", (0x58, 0x61, 0x6a)),
    (Role::Grid, "grid", (0xe3, 0xe5, 0xe6)),
    (Role::Rule, "rule", (0x9a, 0xa1, 0xa8)),
    (Role::Gap, "gap", (0xd0, 0xd3, 0xd6)),
    (Role::Series(0), "s0", (0x00, 0x6b, 0xa8)),
    (Role::Series(1), "s1", (0xb8, 0x4a, 0x00)),
    (Role::Series(2), "s2", (0x00, 0x79, 0x5a)),
    (Role::Series(3), "s3", (0x8e, 0x45, 0x85)),
    (Role::Series(4), "s4", (0x5f, 0x5f, 0x5e)),
    (Role::Series(5), "s5", (0x8a, 0x6a, 0x01)),
    (Role::Regime(0), "r0", (0x7f, 0x2f, 0x06)),
    (Role::Regime(1), "r1", (0xd9, 0x83, 0x2c)),
    (Role::Regime(2), "r2", (0x6a, 0xad, 0xd5)),
    (Role::Regime(3), "r3", (0x0a, 0x52, 0x9b)),
];

/// How many lines can be told apart.
pub(super) const SERIES: usize = 6;

impl Role {
    /// The light colour.
    pub(super) fn colour(self) -> RGBColor {
        let (r, g, b) = ROLES.iter().find(|(role, ..)| *role == self).map_or((0, 0, 0), |(.., c)| *c);
        RGBColor(r, g, b)
    }

    /// The line of a position; positions beyond the palette begin again.
    pub(super) fn series(position: usize) -> Self {
        Self::Series(u8::try_from(position % SERIES).unwrap_or(0))
    }

    /// The dash pattern of a line in pixels, as a second sign beside its colour; empty for a full line.
    pub(super) const fn dash(self) -> &'static [u32] {
        match self {
            Self::Series(1) => &[7, 3],
            Self::Series(2) => &[2, 3],
            Self::Series(3) => &[10, 3, 2, 3],
            Self::Series(4) => &[4, 4],
            Self::Series(5) => &[12, 4],
            _ => &[],
        }
    }
}

/// Every role with its class and its light colour as it is written into SVG (`#RRGGBB`).
pub(super) fn classes() -> impl Iterator<Item = (Role, &'static str, String)> {
    ROLES.iter().map(|(role, class, (r, g, b))| (*role, *class, format!("#{r:02X}{g:02X}{b:02X}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_has_a_colour_of_its_own() {
        let mut all: Vec<String> = classes().map(|c| c.2).collect();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), ROLES.len());
    }
}

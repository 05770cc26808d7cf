//! The map of the world: which shape of the atlas is which state, and the regime of each, year by year, as the map is drawn from it.
//!
//! Shapes are those of Natural Earth in the package `world-atlas`, known by ISO 3166-1 numeric code or, where they have none, by name. The
//! borders are today's, as their maker draws them. States that are gone have no shape: they are listed beside the map.

use std::collections::BTreeMap;

use blocwatch_analysis::frame::{At, Columns};
use blocwatch_core::state::State;
use serde::Serialize;

use crate::error::Result;
use crate::site::Site;

/// Shape and state. Shapes that are no state of ours (dependencies, Northern Cyprus, Antarctica) are drawn without a value.
/// Without a shape at this scale: Tuvalu.
#[rustfmt::skip]
const SHAPES: &[(&str, &str)] = &[
    ("004", "AFG"), ("008", "ALB"), ("012", "DZA"), ("020", "AND"), ("024", "AGO"), ("028", "ATG"), ("031", "AZE"), ("032", "ARG"),
    ("036", "AUS"), ("040", "AUT"), ("044", "BHS"), ("048", "BHR"), ("050", "BGD"), ("051", "ARM"), ("052", "BRB"),
    ("056", "BEL"), ("064", "BTN"), ("068", "BOL"), ("070", "BIH"), ("072", "BWA"), ("076", "BRA"), ("084", "BLZ"), ("090", "SLB"),
    ("096", "BRN"), ("100", "BGR"), ("104", "MMR"), ("108", "BDI"), ("112", "BLR"), ("116", "KHM"), ("120", "CMR"), ("124", "CAN"),
    ("132", "CPV"), ("140", "CAF"), ("144", "LKA"), ("148", "TCD"), ("152", "CHL"), ("156", "CHN"), ("158", "TWN"), ("170", "COL"),
    ("174", "COM"), ("178", "COG"), ("180", "COD"), ("184", "COK"), ("188", "CRI"), ("191", "HRV"), ("192", "CUB"), ("196", "CYP"),
    ("203", "CZE"), ("204", "BEN"), ("208", "DNK"), ("212", "DMA"), ("214", "DOM"), ("218", "ECU"), ("222", "SLV"), ("226", "GNQ"),
    ("231", "ETH"), ("232", "ERI"), ("233", "EST"), ("242", "FJI"), ("246", "FIN"), ("250", "FRA"), ("262", "DJI"), ("266", "GAB"),
    ("268", "GEO"), ("270", "GMB"), ("275", "PSE"), ("276", "DEU"), ("288", "GHA"), ("296", "KIR"), ("300", "GRC"), ("308", "GRD"),
    ("320", "GTM"), ("324", "GIN"), ("328", "GUY"), ("332", "HTI"), ("336", "VAT"), ("340", "HND"), ("344", "HKG"), ("348", "HUN"),
    ("352", "ISL"), ("356", "IND"), ("360", "IDN"), ("364", "IRN"), ("368", "IRQ"), ("372", "IRL"), ("376", "ISR"), ("380", "ITA"),
    ("384", "CIV"), ("388", "JAM"), ("392", "JPN"), ("398", "KAZ"), ("400", "JOR"), ("404", "KEN"), ("408", "PRK"), ("410", "KOR"),
    ("414", "KWT"), ("417", "KGZ"), ("418", "LAO"), ("422", "LBN"), ("426", "LSO"), ("428", "LVA"), ("430", "LBR"), ("434", "LBY"),
    ("438", "LIE"), ("440", "LTU"), ("442", "LUX"), ("446", "MAC"), ("450", "MDG"), ("454", "MWI"), ("458", "MYS"), ("462", "MDV"),
    ("466", "MLI"), ("470", "MLT"), ("478", "MRT"), ("480", "MUS"), ("484", "MEX"), ("492", "MCO"), ("496", "MNG"), ("498", "MDA"),
    ("499", "MNE"), ("504", "MAR"), ("508", "MOZ"), ("512", "OMN"), ("516", "NAM"), ("520", "NRU"), ("524", "NPL"), ("528", "NLD"),
    ("548", "VUT"), ("554", "NZL"), ("558", "NIC"), ("562", "NER"), ("566", "NGA"), ("570", "NIU"), ("578", "NOR"), ("583", "FSM"),
    ("584", "MHL"), ("585", "PLW"), ("586", "PAK"), ("591", "PAN"), ("598", "PNG"), ("600", "PRY"), ("604", "PER"), ("608", "PHL"),
    ("616", "POL"), ("620", "PRT"), ("624", "GNB"), ("626", "TLS"), ("634", "QAT"), ("642", "ROU"), ("643", "RUS"), ("646", "RWA"),
    ("659", "KNA"), ("662", "LCA"), ("670", "VCT"), ("674", "SMR"), ("678", "STP"), ("682", "SAU"), ("686", "SEN"), ("688", "SRB"),
    ("690", "SYC"), ("694", "SLE"), ("702", "SGP"), ("703", "SVK"), ("704", "VNM"), ("705", "SVN"), ("706", "SOM"), ("710", "ZAF"),
    ("716", "ZWE"), ("724", "ESP"), ("728", "SSD"), ("729", "SDN"), ("732", "ESH"), ("740", "SUR"), ("748", "SWZ"), ("752", "SWE"),
    ("756", "CHE"), ("760", "SYR"), ("762", "TJK"), ("764", "THA"), ("768", "TGO"), ("776", "TON"), ("780", "TTO"), ("784", "ARE"),
    ("788", "TUN"), ("792", "TUR"), ("795", "TKM"), ("800", "UGA"), ("804", "UKR"), ("807", "MKD"), ("818", "EGY"), ("826", "GBR"),
    ("834", "TZA"), ("840", "USA"), ("854", "BFA"), ("858", "URY"), ("860", "UZB"), ("862", "VEN"), ("882", "WSM"), ("887", "YEM"),
    ("894", "ZMB"),
    ("Kosovo", "XKX"), ("Somaliland", "SML"),
];

/// In a run: the state was not in the state system.
const NO_STATE: i8 = 4;
/// In a run: in the system, but not rated.
const UNRATED: i8 = -1;

/// All states with their regimes.
#[derive(Debug, Serialize)]
pub(crate) struct Atlas {
    /// First and last year with a rating.
    pub(crate) years: (i32, i32),
    /// One entry per state that has a shape or was ever rated.
    pub(crate) states: Vec<Entry>,
}

/// A state on the map.
#[derive(Debug, Serialize)]
pub(crate) struct Entry {
    /// Its shape; `None` for states that are gone.
    shape: Option<&'static str>,
    /// Id of the state.
    id: String,
    name: String,
    /// Year and class in turn, each until the next: 0 to 3, -1 not rated, 4 no state in these years.
    runs: Vec<i32>,
}

impl Entry {
    /// The class in a year: 0 to 3, -1, or 4.
    fn class(&self, year: i32) -> i32 {
        self.runs.chunks_exact(2).take_while(|c| c[0] <= year).last().map_or(i32::from(UNRATED), |c| c[1])
    }
}

/// The states of a class in a year.
#[derive(Debug, Serialize)]
pub(crate) struct Group {
    /// 0 to 3; -1 for those that are not rated.
    class: i32,
    n: usize,
    /// Address and name.
    states: Vec<(String, String)>,
}

impl Atlas {
    /// Reads it; `None` where the observatory rates nobody.
    pub(crate) fn read(site: &Site) -> Result<Option<Self>> {
        if !site.has("regime_state_year") {
            return Ok(None);
        }
        let batch = site.session.query_one(
            "SELECT gwcode, year, CAST(v2x_regime AS INT) AS class FROM regime_state_year WHERE v2x_regime IS NOT NULL ORDER BY year, gwcode",
        )?;
        let c = Columns(&batch);
        let (gwcodes, years, classes) = (c.u16("gwcode")?, c.i32("year")?, c.i32("class")?);
        let mut rated: BTreeMap<(u16, i32), i8> = BTreeMap::new();
        for row in 0..batch.num_rows() {
            if let (Some(g), Some(y), Some(k)) = (gwcodes.at(row), years.at(row), classes.at(row)) {
                rated.insert((g, y), i8::try_from(k).unwrap_or(UNRATED));
            }
        }
        let counted = |y: i32| site.states.iter().any(|s| s.in_system(y) && rated.contains_key(&(s.key_at(y), y)));
        let all: std::collections::BTreeSet<i32> = rated.keys().map(|k| k.1).collect();
        let (Some(first), Some(last)) = (all.iter().copied().find(|y| counted(*y)), all.last().copied()) else { return Ok(None) };
        let states = site.states.iter().filter_map(|s| entry(s, &rated, (first, last))).collect();
        Ok(Some(Self { years: (first, last), states }))
    }

    /// The states of every class in a year, those without a rating last.
    pub(crate) fn groups(&self, year: i32) -> Vec<Group> {
        let classes = (0..4).chain([i32::from(UNRATED)]);
        classes
            .map(|class| {
                let mut states: Vec<(String, String)> =
                    self.states.iter().filter(|e| e.class(year) == class).map(|e| (crate::links::state(&e.id), e.name.clone())).collect();
                states.sort_by(|a, b| a.1.cmp(&b.1));
                Group { class, n: states.len(), states }
            })
            .collect()
    }
}

fn entry(s: &State, rated: &BTreeMap<(u16, i32), i8>, years: (i32, i32)) -> Option<Entry> {
    let shape = SHAPES.iter().find(|(_, id)| *id == s.id).map(|(shape, _)| *shape);
    let mut runs: Vec<i32> = Vec::new();
    let mut any = false;
    for year in years.0..=years.1 {
        let found = rated.get(&(s.key_at(year), year)).copied();
        // what V-Dem rates of a later state while it was a colony is not that state's regime; a territory is rated as what it is
        let class = if s.territory {
            found.unwrap_or(NO_STATE)
        } else if s.in_system(year) {
            found.unwrap_or(UNRATED)
        } else {
            NO_STATE
        };
        any |= (0..4).contains(&class);
        if runs.last() != Some(&i32::from(class)) {
            runs.extend([year, i32::from(class)]);
        }
    }
    (any || shape.is_some()).then(|| Entry { shape, id: s.id.clone(), name: s.name.clone(), runs })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use blocwatch_core::state::States;

    use super::*;

    #[test]
    fn every_state_of_today_has_one_shape() {
        let states = States::embedded().expect("the embedded list");
        let mut shapes = BTreeSet::new();
        let mut ids = BTreeSet::new();
        for (shape, id) in SHAPES {
            assert!(states.by_id(id).is_some(), "{id} is no state");
            assert!(shapes.insert(shape) && ids.insert(*id), "{shape} {id} stands twice");
        }
        let last = blocwatch_analysis::steps::states::LAST_YEAR;
        let without: Vec<&str> =
            states.iter().filter(|s| s.in_system(last) && !ids.contains(s.id.as_str())).map(|s| s.id.as_str()).collect();
        assert_eq!(without, ["ABK", "SOT", "TUV"], "the atlas draws none of these on its own");
    }

    #[test]
    fn no_state_no_rating_and_a_class_are_three_things() {
        let states = States::embedded().expect("the embedded list");
        let kyrgyzstan = states.by_id("KGZ").expect("a state");
        let key = kyrgyzstan.key_at(2000);
        // rated before it was a state, then not in one year
        let rated = BTreeMap::from([((key, 1985), 0), ((key, 1991), 1), ((key, 1993), 1), ((key, 1994), 2)]);
        let made = entry(kyrgyzstan, &rated, (1984, 1995)).expect("it has a shape");
        let classes: Vec<i32> = (1984..=1995).map(|y| made.class(y)).collect();
        assert_eq!(classes, [4, 4, 4, 4, 4, 4, 4, 1, -1, 1, 2, -1]);
        let atlas = Atlas { years: (1984, 1995), states: vec![made] };
        let groups = atlas.groups(1992);
        assert_eq!(groups.iter().map(|g| (g.class, g.n)).collect::<Vec<_>>(), [(0, 0), (1, 0), (2, 0), (3, 0), (-1, 1)]);
    }
}

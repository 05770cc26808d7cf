//! What briefs need of the whole observatory, whomever they are about: under names that their queries use.
//!
//! Whoever makes one brief lets each query work out what it names. Whoever makes many holds the rows, with an index by `keys`: then a brief on
//! a state reads that state's rows and not a table of millions. The rows are the same either way.

use super::sql::{ENOUGH, FIRST_SESSION, FIRST_YEAR, spells};
use super::ties::ELSEWHERE;

/// Rows under a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// The name.
    pub name: &'static str,
    /// The query, in DataFusion's SQL; it may name other views.
    pub sql: String,
    /// Columns by which rows are looked up.
    pub keys: &'static [&'static str],
}

/// The views that the queries of briefs name.
pub fn views() -> Vec<View> {
    let view = |name, keys, sql: &str| View { name, sql: sql.to_owned(), keys };
    vec![
        // the latest year in which any list of members of the casebook meets a regime category
        view(
            "brief_rated",
            &[],
            "SELECT max(year) AS year FROM composition_org_year WHERE source = 'casebook' AND majority_autocratic IS NOT NULL",
        ),
        // the latest year of each organisation's list, to that year
        view(
            "brief_last",
            &[],
            "SELECT c.org, max(c.year) AS year FROM composition_org_year c CROSS JOIN brief_rated r WHERE c.year <= r.year GROUP BY c.org",
        ),
        view("brief_membership", &["gwcode", "org"], "SELECT org, gwcode, year, status, source, disagrees FROM membership_org_state_year"),
        // memberships in the latest year of each list, and those of the rated year
        view(
            "brief_member_last",
            &["gwcode", "org"],
            "SELECT m.org, m.gwcode, m.year, m.status, m.source, m.disagrees FROM membership_org_state_year m \
             JOIN brief_last l ON l.org = m.org AND l.year = m.year",
        ),
        view(
            "brief_member_rated",
            &["gwcode", "org"],
            "SELECT m.org, m.gwcode, m.year, m.status, m.source FROM membership_org_state_year m JOIN brief_rated r ON r.year = m.year",
        ),
        // full members of the casebook's lists whose regime nobody rates
        view(
            "brief_unrated",
            &["org"],
            "SELECT u.org, u.year, string_agg(state_name(u.gwcode, u.year), '; ' ORDER BY u.gwcode) AS unrated FROM brief_member_rated u \
             LEFT JOIN (SELECT g.gwcode, g.v2x_regime FROM regime_state_year g JOIN brief_rated r ON r.year = g.year) g \
             ON g.gwcode = u.gwcode WHERE u.status = 1 AND u.source = 'casebook' AND g.v2x_regime IS NULL GROUP BY u.org, u.year",
        ),
        // the first year of each list of members, and since when a majority is what it is in the last year of such a run
        view("brief_list", &["org"], "SELECT org, source, min(year) AS began FROM composition_org_year GROUP BY org, source"),
        view(
            "brief_majority",
            &["org"],
            &spells(
                "(SELECT c.org, c.year, c.source, c.majority_autocratic FROM composition_org_year c CROSS JOIN brief_rated r \
                 WHERE c.year <= r.year) c",
                "org, source, majority_autocratic",
            ),
        ),
        view(
            "brief_others",
            &["gwcode", "org"],
            "SELECT x.org, x.gwcode, x.year, x.mean_polyarchy_others FROM composition_org_state_year x \
             JOIN brief_last l ON l.org = x.org AND l.year = x.year",
        ),
        // memberships by each source's list, in years that compare
        view(
            "brief_claim",
            &["gwcode"],
            &format!(
                "SELECT m.org, m.gwcode, m.year, m.status, m.source, c.majority_autocratic, r.year AS rated_year \
                 FROM membership_claim_org_state_year m JOIN composition_claim_org_year c ON c.org = m.org AND c.year = m.year \
                 AND c.source = m.source JOIN organisation o ON o.org = m.org CROSS JOIN brief_rated r \
                 WHERE m.year >= {FIRST_YEAR} AND m.year <= r.year AND c.majority_autocratic IS NOT NULL \
                 AND (m.source <> 'casebook' OR o.covered_to >= r.year)"
            ),
        ),
        view("brief_edition", &[], "SELECT session, min(edition) AS edition FROM rollcall GROUP BY session"),
        view(
            "brief_agreement",
            &["gwcode1", "gwcode2"],
            &format!(
                "SELECT gwcode1, gwcode2, session, year, rollcalls, agreement, kappa FROM agreement_dyad_session \
                 WHERE in_system AND session >= {FIRST_SESSION} AND rollcalls >= {ENOUGH}"
            ),
        ),
        view("brief_agreement_mean", &[], "SELECT session, round(avg(kappa), 12) AS mean FROM brief_agreement GROUP BY session"),
        view("brief_draw", &["gwcode"], "SELECT gwcode, session, draw, idealpoint FROM idealpoint_draw"),
        view(
            "brief_point",
            &["gwcode"],
            &format!(
                "SELECT gwcode, year, session, votes, idealpoint, q05, q95 FROM idealpoint_state_session \
                 WHERE in_system AND session >= {FIRST_SESSION}"
            ),
        ),
        view(
            "brief_tie",
            &["gwcode1", "gwcode2"],
            &format!(
                "SELECT layer, source, edition, unit, directed, gwcode1, gwcode2, year, weight FROM tie_dyad_year \
                 WHERE in_system AND layer NOT IN ({ELSEWHERE})"
            ),
        ),
        view(
            "brief_regime",
            &["gwcode"],
            "SELECT gwcode, year, v2x_regime, v2x_polyarchy, v2x_polyarchy_codelow, v2x_polyarchy_codehigh, in_system, source, edition, \
             version FROM regime_state_year",
        ),
        view(
            "brief_index",
            &["gwcode"],
            &format!(
                "SELECT gwcode, year, edition, version, v2xcs_ccsi, v2xcs_ccsi_codelow, v2xcs_ccsi_codehigh, v2x_clphy, v2x_clphy_codelow, \
                 v2x_clphy_codehigh FROM vdem_state_year WHERE year >= {FIRST_YEAR} AND edition IN ('full', 'demspaces', 'demspaces6') \
                 AND (v2xcs_ccsi IS NOT NULL OR v2x_clphy IS NOT NULL)"
            ),
        ),
    ]
}

//! How a brief was made, in plain words: one paragraph per measure that it shows.

use crate::text::Text;

/// A measure or kind of record to be explained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Topic {
    Regime,
    Composition,
    Votes,
    Rollcall,
    Ties,
    Cases,
    Interruptions,
}

/// The paragraphs for the topics of a brief.
pub(super) fn notes(topics: &[Topic]) -> Vec<Text> {
    let mut out: Vec<Text> = topics.iter().map(|t| Text::plain(words(*t))).collect();
    out.push(
        Text::plain("Every number can be followed to the row of the publisher's file: ")
            .code("blocwatch why ID")
            .then(" takes the trace named in a note, and ")
            .code("blocwatch cite")
            .then(
                " prints the citations. A value that is missing is written as the word for why it is missing (not covered, censored, not \
                 public, missing) and is never a zero.",
            ),
    );
    out
}

const fn words(topic: Topic) -> &'static str {
    match topic {
        Topic::Regime => {
            "Regime categories are the Regimes of the World as V-Dem publishes them: closed autocracy, electoral autocracy, electoral \
             democracy, liberal democracy. An autocracy is a closed or an electoral one. Polyarchy is V-Dem's electoral democracy index \
             from 0 to 1, an estimate by experts; its interval holds 68 % of the measurement uncertainty, about one standard deviation \
             each way, so two values whose intervals overlap may not differ. V-Dem revises estimates of earlier years with each release."
        }
        Topic::Composition => {
            "An organisation has an autocratic majority if more than half (strictly more than 50 %) of its full members with a regime \
             category are autocracies. Members without a category, mostly very small states, are counted as members and are in no share. \
             The probability lets the polyarchy of each member vary within its interval and asks how often more than half lie below 0.5. \
             Associate members, observers and suspended members do not count towards a majority. The mean polyarchy of the others leaves \
             the state itself out."
        }
        Topic::Votes => {
            "Votes are roll calls of the General Assembly, coded yes, abstain, no; absence is left out and is not an abstention. Raw \
             agreement is the share of common roll calls with the same vote; it is high for almost every pair when the agenda is \
             one-sided. Kappa (Cohen, squared distance) is the agreement beyond what the two states' own shares of yes, abstain and no \
             would give by chance. It ranks; raw agreement is shown for recognition. Pairs with fewer than 10 common roll calls are left \
             out. Most resolutions pass without a vote, so all this is about contested matters."
        }
        Topic::Rollcall => {
            "Votes are those of the roll call, coded yes, abstain, no; absence is no abstention and departs from no line. A group has a line \
             where at least five members voted and two thirds of them cast the same vote; members are the full members of the year in which \
             the session opened. Surprise is -log2((d + 1)/(n + 2)), where the state departed d times on the n other roll calls of this and \
             the four sessions before on which the group had a line. The agreement index is that of Hix, Noury and Roland (2005). A majority \
             is counted over yes and no, as the Assembly's rules of procedure have it; what was adopted without a vote is in no roll call."
        }
        Topic::Ties => {
            "Ties are shown layer by layer as each source records them, at the end of what that source covers. Flows (transfers, finance, \
             visits, exercises, treaties) are summed over its last ten years; obligations are those of its last year. Arms are volumes of \
             military capability, not money. Official finance and investment are known for China only, visits for China and the United \
             States only: that no other giver stands there says nothing about others."
        }
        Topic::Cases => {
            "Cases are coded by people from published sources, on four axes: channel, threat answered, response, tactic (after Cottiero \
             2024). Roles are kept apart: a sponsor started or paid for the act; a partner takes part or gains; a venue is the \
             organisation used; a host is where it happened; a home state is where the exiles come from; a model is who was copied. \
             Being named is not being accused. Each record says how its statement stands: established (several independent sources or a \
             primary document), reported (one credible source states it as fact), alleged (the source itself holds back), self-claimed \
             (a party says so of itself), disputed (sources contradict each other). The grade follows the Admiralty scale: a letter from \
             A to F for the source, a figure from 1 to 6 for the information; the two are never averaged, and F6 means unknown, not bad."
        }
        Topic::Interruptions => {
            "Interruptions are matched to the tactics seen, not to the state: that a means answers a tactic does not mean that it fits \
             here. Read the preconditions and the remark on harm first. Outcomes are those of the source, for the time at which it was \
             written."
        }
    }
}

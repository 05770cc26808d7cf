//! A made-up brief on a made-up state. Every number in it is invented.

use blocwatch_core::coverage::Knowledge;
use blocwatch_publish::chart::{Bar, Bars, Chart, HeatRow, Lines, MatrixHeat, Plot, Point, Series};
use blocwatch_publish::doc::{AsOf, Block, Brief, BriefKind, CalloutKind, Card, Fact, Remark, Section, SourceVersion};
use blocwatch_publish::note::{Note, NoteId};
use blocwatch_publish::table::{Cell, Column, Table};
use blocwatch_publish::text::{Figure, Text};

/// Notes of the brief, by what they speak of.
pub(crate) struct Ids {
    pub(crate) regime: NoteId,
    pub(crate) episode: NoteId,
    pub(crate) votes: NoteId,
    pub(crate) votes_low: NoteId,
    pub(crate) igo: NoteId,
    pub(crate) case: NoteId,
    pub(crate) correction: NoteId,
}

pub(crate) fn regimes(ids: &Ids) -> Chart {
    let class = |y: i32| match y {
        ..=1991 => Some(0),
        1992..=1994 => Some(1),
        1995..=1996 => None,
        1997..=2008 => Some(2),
        _ => Some(1),
    };
    let value = |y: i32| match y {
        ..=1991 => 0.11,
        1992..=1996 => 0.31 + 0.02 * f64::from(y - 1992),
        1997..=2008 => 0.58 - 0.004 * f64::from((y - 2001).abs()),
        _ => 0.47 - 0.014 * f64::from(y - 2009),
    };
    let points = (1985..=2024).filter(|y| !(1995..=1996).contains(y)).map(|y| {
        let v = value(y);
        Point::new(y, v).between(v - 0.05, v + 0.06)
    });
    Chart::new(
        "Regime and electoral democracy in Examplia, 1985–2024",
        "Examplia was a closed autocracy until 1991, an electoral democracy from 1997 and has been an electoral autocracy since 2009; \
         the electoral democracy index fell from 0.58 to 0.26.",
        Text::plain("invented for tests; band: published interval").note(ids.regime),
        Plot::RegimeSteps {
            years: (1985..=2024).map(|y| (y, class(y))).collect(),
            index: Some(Series::new("v2x_polyarchy", points)),
            index_unit: "Electoral democracy index, 0–1".to_owned(),
        },
    )
}

pub(crate) fn agreement(ids: &Ids) -> Chart {
    let line = |name: &str, from: i32, start: f64, slope: f64, band: f64| {
        let points = (from..=2023).map(|y| {
            let v = (start + slope * f64::from(y - from) + 0.04 * f64::from(y % 5 - 2)).clamp(0.0, 1.0);
            let point = Point::new(y, (y != 2014).then_some(v));
            if band > 0.0 { point.between(v - band, v + band) } else { point }
        });
        Series::new(name, points)
    };
    Chart::new(
        "Agreement of Examplia with three partners in the General Assembly",
        "Agreement with Samplestan rose from one half to nine tenths, agreement with the Republic of Placeholder fell; Testonia votes in between.",
        Text::plain("invented for tests; no figures for 2014").notes([ids.votes, ids.votes_low]),
        Plot::Lines(Lines {
            series: vec![
                line("Samplestan", 1992, 0.5, 0.012, 0.05),
                line("Republic of Placeholder", 1992, 0.62, -0.013, 0.0),
                line("Testonia", 2001, 0.68, 0.004, 0.0),
            ],
            x_name: "Year".to_owned(),
            unit: "Chance-corrected agreement (κ), 1 = always alike".to_owned(),
            decimals: 2,
            range: None,
        }),
    )
}

pub(crate) fn memberships(ids: &Ids) -> Chart {
    let bar = |label: &str, value: Option<f64>| Bar::new(label, value);
    Chart::new(
        "Autocracies among the rated members of Examplia's organisations, 2014",
        "In two of five organisations most rated members are autocracies; one is not covered.",
        Text::plain("invented for tests").note(ids.igo),
        Plot::Bars(Bars {
            bars: vec![
                bar("Samplestan Cooperation Organisation", Some(1.0)),
                bar("Union of Testing States", Some(0.667)),
                bar("Placeholder Bank", Some(0.5)),
                bar("Regional Fisheries Board", Some(0.0)),
                bar("Examplia Forum", None),
            ],
            label_name: "Organisation".to_owned(),
            unit: "Share of rated members that are autocracies".to_owned(),
            decimals: 1,
            share: true,
        }),
    )
}

pub(crate) fn matrix(ids: &Ids) -> Chart {
    let row =
        |group: &str, label: &str, counts: [Option<u64>; 4]| HeatRow { group: group.into(), label: label.into(), counts: counts.to_vec() };
    let mut chart = Chart::new(
        "Cases with Examplia by tactic and channel",
        "Forced return through informal bilateral ties is the most frequent tactic in the casebook; a zero means that the casebook holds no case.",
        Text::plain("casebook, invented for tests").note(ids.case),
        Plot::MatrixHeat(MatrixHeat {
            row_name: "Tactic".to_owned(),
            columns: ["Formal multilateral", "Informal multilateral", "Formal bilateral", "Informal bilateral"].map(String::from).to_vec(),
            rows: vec![
                row("Collaborative repression", "Forced return", [Some(2), Some(0), Some(3), Some(9)]),
                row("Collaborative repression", "Hosted harassment", [Some(0), Some(0), Some(0), Some(4)]),
                row("Collective legitimation", "Praise for elections", [Some(6), Some(1), Some(0), Some(2)]),
                row("Collective legitimation", "Bloc voting", [Some(5), None, None, None]),
            ],
            unit: "cases".to_owned(),
        }),
    );
    chart.gap = Knowledge::NotPublic;
    chart
}

fn cards(ids: &Ids) -> Vec<Card> {
    vec![
        Card {
            meta: Text::plain("2021 · home Samplestan · host Examplia · target group exiles"),
            standing: "alleged".into(),
            grade: "C3".into(),
            body: vec![Text::plain(
                "Samplestan is said to have asked for the return of exiles, and Examplia to have let its police act on the request.",
            )],
            remarks: vec![
                Remark {
                    kind: CalloutKind::Correction,
                    text: Text::plain("A later report dates the request to 2020.").note(ids.correction),
                },
                Remark {
                    kind: CalloutKind::Claim,
                    text: Text::plain("Both governments deny that there was a request.").note(ids.correction),
                },
            ],
            tags: vec!["Informal bilateral".into(), "Collaborative repression".into(), "Forced return".into()],
            notes: vec![ids.case],
            ..Card::new("forced-return-exa-sam", "Examplia is said to have returned exiles to Samplestan")
        },
        Card {
            meta: Text::plain("Regulation"),
            body: vec![Text::plain("States that vote put up a candidate of their own, so that an office is not taken without a contest.")],
            facts: vec![
                Fact::new(
                    "Fits when",
                    [Text::plain("the office is filled by election"), Text::plain("there are months, not days, before the vote")],
                ),
                Fact::new("Who can do it", [Text::plain("Foreign ministries with a vote.")]),
                Fact::new("Record", [Text::plain("Worked once, in 2018, in a body that Examplia does not belong to.").note(ids.case)]),
            ],
            remarks: vec![Remark {
                kind: CalloutKind::Harm,
                text: Text::plain("Groups that are seen to campaign may be punished at home. Ask them before naming them."),
            }],
            tags: vec!["Committee capture".into()],
            ..Card::new("candidate-opposition", "Stand a candidate against capture")
        },
    ]
}

/// The brief.
pub(crate) fn brief() -> Brief {
    let mut b = Brief::new(BriefKind::State, "Examplia");
    b.subtitle = "Who works with Examplia's government, how, and what has interrupted it".into();
    b.as_of = AsOf {
        observatory: "4f9c2a17b03e5d6698aa".into(),
        data_until: "2024".into(),
        program: "blocwatch 0.1.0".into(),
        sources: vec![
            SourceVersion {
                id: "vdem".into(),
                name: "Made-up Democracy Data".into(),
                version: "v0".into(),
                accessed: "2025-01-02".into(),
                citation: "Nobody, A. (2025). Made-up Democracy Data. Institute of Examples".into(),
                licence: "CC BY 4.0".into(),
            },
            SourceVersion { id: "votes".into(), name: "Made-up Roll Calls".into(), version: "2024".into(), ..SourceVersion::default() },
        ],
    };
    let vdem = Note {
        source: "vdem".into(),
        citation: "Nobody, A. (2025). Made-up Democracy Data. Institute of Examples".into(),
        version: "v0".into(),
        licence: "CC BY 4.0".into(),
        accessed: "2025-01-02".into(),
        sha256: "00112233445566778899aabbccddeeff".into(),
        table: "regime_state_year".into(),
        locator: "made-up.csv line 4711".into(),
        finding_id: "f-examplia-regime".into(),
        url: "https://example.org/data".into(),
        ..Note::default()
    };
    let votes = Note {
        source: "votes".into(),
        citation: "Nobody, B. & Noone, C. (2024). Made-up Roll Calls".into(),
        version: "2024".into(),
        table: "agreement_dyad_session".into(),
        locator: "session 78, n = 81".into(),
        ..Note::default()
    };
    let work = Note {
        source: "nobody-2024-example".into(),
        citation: "Nobody, D. (2024). How examples are made. Journal of Invention 1: 1-2.".into(),
        locator: "p. 2".into(),
        ..Note::default()
    };
    let ids = Ids {
        regime: b.notes.add(vdem.clone()),
        episode: b.notes.add(Note { table: "episode_state_year".into(), locator: "made-up.csv lines 4700 to 4711".into(), ..vdem }),
        votes: b.notes.add(votes.clone()),
        votes_low: b.notes.add(Note { locator: "session 46, n = 67".into(), ..votes }),
        igo: b.notes.add(Note { source: "igo".into(), citation: "Noone, E. (2014). Made-up Memberships".into(), ..Note::default() }),
        case: b.notes.add(work.clone()),
        correction: b.notes.add(Note { locator: "p. 9, n. 3".into(), ..work }),
    };
    b.lead = vec![
        Text::plain("Examplia has been an ")
            .strong("electoral autocracy")
            .then(" since 2009")
            .note(ids.regime)
            .then("; its democratic decline began in 2007")
            .note(ids.episode)
            .then("."),
        Text::plain("It votes with Samplestan more than with any other state: agreement was ")
            .figure(Figure::new(0.874, 2).between(0.81, 0.93))
            .note(ids.votes)
            .then(" in the last session covered."),
        Text::plain("Of its rated fellow members in the Union of Testing States, ")
            .share(2.0 / 3.0, 1)
            .notes([ids.igo, ids.regime])
            .then(" are autocracies."),
    ];
    b.sections = vec![
        Section::new("regime", "Regime")
            .intro(Text::plain(
                "Examplia's institutions opened twice and closed twice. The chart shows the category and the index behind it.",
            ))
            .block(regimes(&ids))
            .block(
                Text::plain("The index ")
                    .code("v2x_polyarchy")
                    .then(" stood at ")
                    .figure(Figure::new(0.26, 2).between(0.21, 0.32))
                    .then(" in 2024.")
                    .note(ids.regime),
            )
            .block(Block::callout(CalloutKind::Gap, Text::plain("The source does not code 1995 and 1996.").note(ids.regime))),
        Section::new("votes", "Votes in the General Assembly").block(agreement(&ids)).block(
            Table::new(
                "Nearest and farthest partners in the last session",
                vec![
                    Column::text("Partner"),
                    Column::key("Session"),
                    Column::number("Common votes", "roll calls"),
                    Column::number("Agreement", "κ, −1 to 1"),
                    Column::number("In full", "share of votes alike"),
                ],
            )
            .row([
                Cell::text("Samplestan"),
                Cell::text("78"),
                Cell::number(81.0, 0).note(ids.votes),
                Cell::number(0.874, 2).between(0.81, 0.93).note(ids.votes),
                Cell::share(0.938, 1).note(ids.votes),
            ])
            .row([
                Cell::text("Testonia"),
                Cell::text("78"),
                Cell::number(12_345.0, 0).note(ids.votes),
                Cell::number(0.0, 2).note(ids.votes),
                Cell::share(0.0, 1).note(ids.votes),
            ])
            .row([
                Cell::text("Republic of Placeholder"),
                Cell::text("46"),
                Cell::number(67.0, 0).note(ids.votes),
                Cell::number(-0.073, 2).between(-0.2, 0.05).note(ids.votes_low),
                Cell::missing(Knowledge::NotPublic),
            ])
            .row([
                Cell::text("Territory of Void"),
                Cell::text("78"),
                Cell::missing(Knowledge::NotCovered),
                Cell::missing(Knowledge::Censored),
                Cell::missing(Knowledge::Missing),
            ])
            .footer(Text::plain("κ corrects agreement for chance; below ten common votes nothing is printed.")),
        ),
        Section::new("organisations", "Organisations").block(memberships(&ids)).block(Block::List(vec![
            Text::plain("The Union of Testing States sent observers to three elections.").note(ids.case),
            Text::plain("The Examplia Forum has no members on paper."),
        ])),
        Section::new("casebook", "Cases and what has interrupted them").block(matrix(&ids)).block(cards(&ids)),
    ];
    b.unknowns = vec![
        Text::plain("Memberships end in 2014: later entries and exits are not seen.").note(ids.igo),
        Text::plain("Agreements between police services are not public."),
    ];
    b.method_note = vec![Text::plain(
        "Decline is an episode in the sense of the source: a fall of at least 0.1 on the index. Values are read as published; nothing was imputed.",
    )];
    b
}

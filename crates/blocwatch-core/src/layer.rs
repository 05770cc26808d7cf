//! What people call the layers of ties.
//!
//! What belongs here: a name for each id in the tables `tie_layer` and `tie_dyad_year`, the same in briefs, pages and findings. What does
//! not: which layers there are and what they are made of (the analysis), and layers of coded events, which are called by their tactic.

/// The name of a layer, to stand at the head of a line; `None` for a layer that is called by something else.
pub fn name(id: &str) -> Option<&'static str> {
    Some(match id {
        "alliance" => "Alliance obligations",
        "arms" => "Arms transfers",
        "case" => "Coded cases of collaboration",
        "defence-agreement" => "Duties to defend",
        "exercise" => "Joint military exercises",
        "finance" => "Chinese official finance",
        "investment" => "Chinese investment and construction",
        "leader-engagement" => "Engagements of China's leaders",
        "nuclear-agreement" => "Nuclear cooperation agreements",
        "shared-autocratic-organisation" => "Shared organisations with an autocratic majority",
        "shared-organisation" => "Shared organisations",
        "treaty" => "Treaties",
        "visit" => "Visits of leaders",
        "vote-agreement" => "Agreement in votes of the General Assembly",
        _ => return None,
    })
}

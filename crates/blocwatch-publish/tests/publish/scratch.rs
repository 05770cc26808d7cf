//! Scratch, never committed.
use std::collections::BTreeMap;
use std::sync::Arc;
use arrow::array::*;
use blocwatch_publish::brief::*;
use blocwatch_publish::doc::AsOf;

fn request(what: &str) -> Request {
    let s = |id: &str, name: &str, gwcode: u16| StateRef { id: id.into(), name: name.into(), gwcode };
    let known = |id: &str| match id { "KGZ" => s("KGZ","Kyrgyzstan",703), "RUS" => s("RUS","Russia",365), "CHN" => s("CHN","China",710), "BLR" => s("BLR","Belarus",370), "LIE" => s("LIE","Liechtenstein",223), "HKG" => s("HKG","Hong Kong",1167), "SUN" => s("SUN","Soviet Union",365), "UZB" => s("UZB","Uzbekistan",704), _ => panic!("{id}") };
    let subject = match what.split_once(':') {
        Some(("org", id)) => Subject::Organisation { id: id.into(), name: id.into() },
        Some(("region", n)) => Subject::Region { name: n.into() },
        Some((a, b)) => Subject::Pair(known(a), known(b)),
        None => Subject::State(known(what)),
    };
    let mut sources = BTreeMap::new();
    for (id, c, v) in [("vdem","Coppedge et al. (2025). V-Dem","v12, v14, v15"),("cow_igo","Pevehouse et al. (2020). COW IGO v3","v3"),("unga_votes","Bailey, Strezhnev & Voeten (2017). UN votes",""),("casebook","Blocwatch casebook (knowledge abc)","0.1.0")] {
        sources.insert(id.to_owned(), SourceNote { citation: c.into(), version: v.into(), licence: "CC".into(), accessed: "2026-11-22".into(), sha256: "a,b".into() });
    }
    Request { subject, since: 2020, as_of: AsOf { observatory: "0123456789abcdef".into(), program: "blocwatch 0.1.0".into(), ..AsOf::default() }, sources }
}

fn batch(text: &str) -> Option<RecordBatch> {
    let rows: Vec<serde_json::Map<String, serde_json::Value>> = serde_json::from_str(text).unwrap();
    let first = rows.first()?;
    let mut cols: Vec<(String, ArrayRef)> = vec![];
    for k in first.keys() {
        let vals: Vec<&serde_json::Value> = rows.iter().map(|r| &r[k]).collect();
        let arr: ArrayRef = if vals.iter().any(|v| v.is_string()) { Arc::new(vals.iter().map(|v| v.as_str()).collect::<StringArray>()) }
            else if vals.iter().any(|v| v.is_boolean()) { Arc::new(vals.iter().map(|v| v.as_bool()).collect::<BooleanArray>()) }
            else if vals.iter().any(|v| v.is_f64()) { Arc::new(vals.iter().map(|v| v.as_f64()).collect::<Float64Array>()) }
            else { Arc::new(vals.iter().map(|v| v.as_i64()).collect::<Int64Array>()) };
        cols.push((k.clone(), arr));
    }
    Some(RecordBatch::try_from_iter_with_nullable(cols.into_iter().map(|(k, a)| (k, a, true))).unwrap())
}

#[test]
fn dump() {
    let Ok(what) = std::env::var("BW_WHAT") else { return };
    let dir = format!("/tmp/bwq/{}", what.replace([':', ' '], "_"));
    std::fs::create_dir_all(&dir).unwrap();
    for q in queries(&request(&what)) { std::fs::write(format!("{dir}/{}.sql", q.name), q.sql).unwrap(); }
}

#[test]
fn real() {
    let Ok(what) = std::env::var("BW_WHAT") else { return };
    let dir = format!("/tmp/bwq/{}", what.replace([':', ' '], "_"));
    let r = request(&what);
    let mut batches = BTreeMap::new();
    for q in queries(&r) {
        let t = std::fs::read_to_string(format!("{dir}/{}.json", q.name)).unwrap_or_default();
        if let Some(b) = (!t.trim().is_empty()).then(|| batch(&t)).flatten() { batches.insert(q.name, b); }
    }
    let now = std::time::Instant::now();
    let brief = compose(&r, &batches).unwrap();
    let composed = now.elapsed();
    std::fs::write(format!("{dir}/brief.md"), blocwatch_publish::markdown::render(&brief).unwrap()).unwrap();
    std::fs::write(format!("{dir}/brief.html"), blocwatch_publish::html::render(&brief).unwrap()).unwrap();
    std::fs::write(format!("{dir}/took.txt"), format!("{composed:?} {:?}\n{:#?}", now.elapsed(), brief.unsourced())).unwrap();
}

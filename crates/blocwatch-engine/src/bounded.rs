//! Queries of strangers: read-only like all, and bounded in rows, bytes, time and depth. What operators hold is bounded by the session
//! ([`crate::session::Limits`]), what values may grow to by `guard.rs` ([`Session::for_strangers`]). Whoever serves strangers bounds the
//! process as well: no list of attacks is complete.

use std::sync::Arc;
use std::time::Duration;

use arrow::array::RecordBatch;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::execution::FunctionRegistry;
use datafusion::execution::context::SQLOptions;
use datafusion::physical_plan::coop::CooperativeExec;
use datafusion::physical_plan::{ExecutionPlan, SendableRecordBatchStream, execute_stream};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::tokenizer::{Token, Tokenizer};
use futures::StreamExt;

use crate::error::{EngineError, Result};
use crate::guard;
use crate::session::{Session, refuse_writing};

/// How much a query may yield and how long it may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Rows handed back at the most.
    pub rows: usize,
    /// Bytes handed back at the most, as they lie in memory.
    pub bytes: usize,
    /// Time from planning to the last row.
    pub time: Duration,
}

/// How deep brackets may lie in each other, and how many words of a query may put one expression into another. The planner walks expressions
/// by recursion, and a stack that overflows ends the whole program.
const DEPTH: (usize, usize) = (48, 400);
/// Stack of the thread that plans, in bytes: enough for a query as deep as [`DEPTH`] lets through. Only what is used takes memory.
const STACK: usize = 128 << 20;
/// Functions that make a long text from a short one and a number.
const GROWING: [&str; 3] = ["repeat", "lpad", "rpad"];

/// The rows of a bounded query.
#[derive(Debug, Clone)]
pub struct Bounded {
    /// The batches; at least one, which may be empty, so that the columns are known.
    pub batches: Vec<RecordBatch>,
    /// Whether there was more than the bound lets through.
    pub cut: bool,
}

impl Session {
    /// The session without functions that make much from nothing, with bounds on what others make, and in small batches.
    ///
    /// # Errors
    /// Never in practice: the guard cannot be put in.
    pub fn for_strangers(mut self) -> Result<Self> {
        for name in GROWING {
            self.context.deregister_udf(name);
        }
        let state = self.context.state_ref();
        let mut state = state.write();
        state.config_mut().options_mut().execution.batch_size = guard::batch()?;
        state.register_function_rewrite(Arc::new(guard::Growth::new())).map_err(|e| EngineError::Engine(e.to_string()))?;
        drop(state);
        self.strangers = true;
        Ok(self)
    }

    /// Runs one SELECT and stops at the bounds: rows beyond them are neither computed further nor held.
    ///
    /// # Errors
    /// As [`Session::query`], and [`EngineError::TooLong`].
    pub fn query_bounded(&self, sql: &str, bounds: Bounds) -> Result<Bounded> {
        refuse_writing(sql)?;
        refuse_deep(sql)?;
        self.open_named(sql)?;
        std::thread::scope(|scope| {
            let run = || self.run_bounded(sql, bounds);
            let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, run);
            let thread = thread.map_err(|e| EngineError::Engine(format!("cannot start a thread: {e}")))?;
            thread.join().unwrap_or_else(|_| Err(EngineError::Engine("a query stopped unexpectedly".to_owned())))
        })
    }

    fn run_bounded(&self, sql: &str, bounds: Bounds) -> Result<Bounded> {
        let read_only = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
        let work = async {
            let frame = self.context.sql_with_options(sql, read_only).await.map_err(|e| self.explain(&e, sql))?;
            let context = Arc::new(frame.task_ctx());
            let plan = frame.create_physical_plan().await.map_err(|e| self.explain(&e, sql))?;
            let plan = pausing(plan, self.strangers).map_err(|e| self.explain(&e, sql))?;
            let stream = execute_stream(plan, context).map_err(|e| self.explain(&e, sql))?;
            self.gather(stream, bounds, sql).await
        };
        let limited = async { tokio::time::timeout(bounds.time, work).await };
        self.runtime.block_on(limited).map_err(|_| EngineError::TooLong { seconds: bounds.time.as_secs() })?
    }

    async fn gather(&self, mut stream: SendableRecordBatchStream, bounds: Bounds, sql: &str) -> Result<Bounded> {
        let mut out = Bounded { batches: Vec::new(), cut: false };
        let (mut left, mut bytes) = (bounds.rows, 0);
        while let Some(next) = stream.next().await {
            let batch = next.map_err(|e| self.explain(&e, sql))?;
            if batch.num_rows() > left {
                out.batches.push(batch.slice(0, left));
                out.cut = true;
                return Ok(out);
            }
            bytes += batch.get_array_memory_size();
            if bytes > bounds.bytes {
                let most = bounds.bytes >> 20;
                return Err(EngineError::Query(format!("the result is larger than {most} MiB; ask for fewer rows or columns")));
            }
            left -= batch.num_rows();
            out.batches.push(batch);
        }
        if out.batches.is_empty() {
            out.batches.push(RecordBatch::new_empty(stream.schema()));
        }
        Ok(out)
    }
}

/// A plan whose every part pauses now and then. Left to themselves, joins and generators may work for minutes between two points at which
/// they can be stopped, and a time-out would come after them.
fn pausing(plan: Arc<dyn ExecutionPlan>, watched: bool) -> datafusion::error::Result<Arc<dyn ExecutionPlan>> {
    let wrap = |part: Arc<dyn ExecutionPlan>| {
        // what tables hold is as it is
        let part =
            if watched && !part.children().is_empty() { Arc::new(guard::Watched::new(part)) as Arc<dyn ExecutionPlan> } else { part };
        Ok(Transformed::yes(Arc::new(CooperativeExec::new(part)) as Arc<dyn ExecutionPlan>))
    };
    plan.transform_up(wrap).map(|t| t.data)
}

/// Refuses what would nest too deep. What does not parse is left to the planner, which says why.
fn refuse_deep(sql: &str) -> Result<()> {
    let Ok(tokens) = Tokenizer::new(&GenericDialect {}, sql).tokenize() else { return Ok(()) };
    let (mut depth, mut deepest, mut nesting) = (0_usize, 0, 0);
    for token in &tokens {
        match token {
            Token::LParen | Token::LBracket | Token::LBrace => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            Token::RParen | Token::RBracket | Token::RBrace => depth = depth.saturating_sub(1),
            Token::Word(word) => {
                // words that put what follows or what stands before into themselves; names and literals in a list do not
                let joins = ["AND", "OR", "NOT", "CASE", "IS", "IN", "LIKE", "BETWEEN", "UNION", "EXCEPT", "INTERSECT", "JOIN", "SELECT"];
                nesting += usize::from(word.quote_style.is_none() && joins.iter().any(|j| word.value.eq_ignore_ascii_case(j)));
            }
            Token::Whitespace(_) | Token::Comma | Token::Number(..) | Token::SingleQuotedString(_) | Token::Period | Token::SemiColon => {}
            _ => nesting += 1,
        }
    }
    if deepest > DEPTH.0 || nesting > DEPTH.1 {
        let most = format!("at most {} brackets within each other and {} operators", DEPTH.0, DEPTH.1);
        return Err(EngineError::Query(format!("the query is too deep: {most}; ask in several queries, or with `blocwatch query`")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::Limits;

    fn bounds(rows: usize, ms: u64) -> Bounds {
        Bounds { rows, bytes: 64 << 20, time: Duration::from_millis(ms) }
    }

    #[test]
    fn rows_stop_at_the_bound_and_the_cut_is_told() {
        let session = Session::new(Limits { memory_bytes: 64 << 20, threads: 2 }).expect("a session");
        let sql = "SELECT * FROM (VALUES (1), (2), (3)) AS t(a) ORDER BY a";
        let rows = |b: &Bounded| b.batches.iter().map(RecordBatch::num_rows).sum::<usize>();
        let all = session.query_bounded(sql, bounds(3, 5000)).expect("it runs");
        assert_eq!((rows(&all), all.cut), (3, false));
        let two = session.query_bounded(sql, bounds(2, 5000)).expect("it runs");
        assert_eq!((rows(&two), two.cut), (2, true));
        let none = session.query_bounded("SELECT 1 AS a WHERE false", bounds(2, 5000)).expect("it runs");
        assert_eq!((rows(&none), none.cut, none.batches[0].num_columns()), (0, false, 1));
    }

    #[test]
    fn an_endless_query_ends() {
        let session = Session::new(Limits { memory_bytes: 64 << 20, threads: 2 }).expect("a session");
        // a billion pairs of pairs: far beyond a tenth of a second
        let many = "WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 60000) SELECT count(*) AS c FROM n a, n b, n c WHERE a.i + b.i * c.i % 7 = 3";
        // each of them used to work on without a pause, or to hold the threads that keep the time
        for sql in [
            many,
            "WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
            "WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n) SELECT * FROM n WHERE i < 0",
            "SELECT count(*) FROM generate_series(1, 100000000000) WHERE value % 7 = 9",
            "SELECT sum(a.value * b.value) FROM generate_series(1, 1000000) a CROSS JOIN generate_series(1, 1000000) b",
            "SELECT a.value FROM generate_series(1, 100000) a JOIN generate_series(1, 1000000000) b ON a.value > b.value + 1000000000",
        ] {
            let begun = std::time::Instant::now();
            let error = session.query_bounded(sql, bounds(10, 300)).expect_err("it takes too long");
            // far above the bound, and far below what it would take: machines differ
            assert!(begun.elapsed() < Duration::from_secs(30), "{sql}: {:?}", begun.elapsed());
            let ended = matches!(&error, EngineError::TooLong { .. }) || error.to_string().contains("memory");
            assert!(ended, "{sql}: {error}");
        }
        // and the session still answers
        assert!(session.query_bounded("SELECT 1", bounds(10, 5000)).is_ok());
    }

    #[test]
    fn no_query_is_too_deep_for_the_stack() {
        let session = Session::new(Limits { memory_bytes: 64 << 20, threads: 1 }).expect("a session");
        let nested = |open: &str, close: &str, n: usize| format!("SELECT {}1{}", open.repeat(n), close.repeat(n));
        let chain = |link: &str, n: usize| format!("SELECT 1{}", link.repeat(n));
        for n in [40, 390, 4_000] {
            let unions = format!("SELECT 1{}", " UNION ALL SELECT 1".repeat(n));
            let from =
                format!("SELECT * FROM {}(VALUES (1)) AS t(a){}", "(SELECT * FROM ".repeat(n.min(1000)), ") AS t".repeat(n.min(1000)));
            for sql in [
                nested("abs(", ")", n),
                nested("(", ")", n),
                nested("CASE WHEN true THEN ", " END", n),
                nested("NOT ", "", n),
                nested("- ", "", n),
                nested("[", "]", n),
                chain("+1", n),
                chain("::int", n),
                chain(" OR true", n),
                chain("||'a'", n),
                chain(" IS NULL", n),
                unions,
                from,
            ] {
                // whether it is answered or refused: the program still stands
                let answer = session.query_bounded(&sql, bounds(10, 20_000));
                assert!(n < 4_000 || answer.is_err(), "{n}: {}", &sql[..60.min(sql.len())]);
            }
        }
        // a long list is not deep
        let list = format!("SELECT 1 AS a WHERE 1 IN ({})", (0..1500).map(|i| i.to_string()).collect::<Vec<_>>().join(", "));
        assert!(session.query_bounded(&list, bounds(10, 20_000)).is_ok());
    }

    #[test]
    fn strangers_get_no_function_that_makes_much_from_nothing_and_no_huge_result() {
        let session = Session::new(Limits { memory_bytes: 64 << 20, threads: 1 }).expect("a session").for_strangers().expect("guarded");
        for sql in ["SELECT repeat('x', 1000000000)", "SELECT length(lpad('x', 1000000000, 'y'))", "SELECT rpad('x', 100)"] {
            let error = session.query_bounded(sql, bounds(10, 5000)).expect_err("no such function");
            assert!(error.to_string().contains("function"), "{error}");
        }
        let small = Bounds { rows: 1_000_000, bytes: 1 << 20, time: Duration::from_secs(20) };
        let error = session.query_bounded("SELECT value, value + 1 AS b FROM generate_series(1, 1000000)", small).expect_err("16 MB");
        assert!(error.to_string().contains("larger than 1 MiB"), "{error}");
    }

    /// The most memory that this process has held, in bytes, where the system says so.
    fn most_held() -> Option<u64> {
        let status = std::fs::read_to_string("/proc/self/status").ok()?;
        let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"))?;
        line.trim().trim_end_matches(" kB").parse::<u64>().ok().map(|kb| kb << 10)
    }

    #[test]
    fn no_value_of_a_stranger_grows_without_bound() {
        let session = Session::new(Limits { memory_bytes: 64 << 20, threads: 2 }).expect("a session").for_strangers().expect("guarded");
        let doubled = |step: &str, n: usize| {
            let chain: String = (1..=n).map(|i| format!(", t{i} AS (SELECT {} AS x FROM t{})", step.replace('@', "x"), i - 1)).collect();
            format!(
                "WITH t0 AS (SELECT 'abcdefgh' || CAST(value AS VARCHAR) AS x FROM generate_series(1, 3)){chain} SELECT length(x) FROM t{n}"
            )
        };
        let big = "WITH b AS (SELECT string_agg(CAST(value AS VARCHAR), ',') AS x FROM generate_series(1, 3000000))";
        let half = "WITH b AS (SELECT string_agg(CAST(value AS VARCHAR), ',') AS x FROM generate_series(1, 100000))";
        let attacks = [
            doubled("@ || @", 28),
            doubled("concat(@, @)", 28),
            doubled("concat_ws(@, @, @, @)", 20),
            doubled("replace(@, 'a', @)", 28),
            doubled("regexp_replace(@, '.', @, 'g')", 12),
            doubled("regexp_replace(@, '(.*)', '\\1\\1\\1\\1\\1\\1', 'g')", 16),
            doubled("overlay(@ placing @ from 1 for 0)", 28),
            doubled("upper(@ || @)", 28),
            format!("{big} SELECT length(x) FROM b"),
            format!("{big} SELECT length(x || x) FROM b"),
            format!(
                "{half}, c AS (SELECT x, value FROM b, generate_series(1, 100000)) SELECT count(*) FROM c \
                 WHERE x || CAST(value AS VARCHAR) LIKE '%b%'"
            ),
            format!("{half} SELECT sum(length(concat(x, CAST(value AS VARCHAR)))) FROM b, generate_series(1, 100000)"),
            "SELECT string_agg(CAST(value AS VARCHAR), ',') OVER (ORDER BY value) FROM generate_series(1, 100000)".to_owned(),
            "SELECT array_agg(value) OVER (ORDER BY value) FROM generate_series(1, 100000)".to_owned(),
            format!("{half} SELECT first_value(x) OVER () FROM b, generate_series(1, 100000)"),
            "SELECT array_agg(value) FROM generate_series(1, 3000000)".to_owned(),
        ];
        let before = most_held();
        for sql in &attacks {
            let begun = std::time::Instant::now();
            let error = session.query_bounded(sql, bounds(10, 5_000)).expect_err(sql);
            let told = error.to_string();
            let known = told.contains("memory") || told.contains("window") || matches!(error, EngineError::TooLong { .. });
            assert!(known, "{sql}: {told}");
            assert!(begun.elapsed() < Duration::from_secs(60), "{sql}: {:?}", begun.elapsed());
        }
        if let Some((before, after)) = before.zip(most_held()) {
            // each of them took gigabytes, or would have; other tests run beside this one
            assert!(after - before < 1 << 30, "{} MiB", (after - before) >> 20);
        }
        // and the session still answers
        assert!(session.query_bounded("SELECT 1", bounds(10, 5000)).is_ok());
    }

    #[test]
    fn honest_queries_of_strangers_give_what_they_gave() {
        let plain = Session::new(Limits { memory_bytes: 64 << 20, threads: 1 }).expect("a session");
        let guarded = Session::new(Limits { memory_bytes: 64 << 20, threads: 1 }).expect("a session").for_strangers().expect("guarded");
        let rows = "(SELECT value AS n, CASE WHEN value % 7 = 0 THEN NULL ELSE 'Ä' || CAST(value AS VARCHAR) END AS t FROM generate_series(1, 2000)) s";
        for sql in [
            "SELECT n, t || '-' || n AS a, t || NULL AS b FROM @ ORDER BY n",
            "SELECT t || 'x', upper(t), lower(t), initcap(t) FROM @ ORDER BY n",
            "SELECT concat(t, '-', n) AS a, concat_ws(', ', t, n, 'z') AS b FROM @ ORDER BY n",
            "SELECT replace(t, '1', 'one') AS a, regexp_replace(t, '([0-9])', '<\\1>', 'g') AS b, translate(t, '12', 'ab') AS c FROM @ ORDER BY n",
            "SELECT t || 'x' AS k, count(*) AS n FROM @ GROUP BY t || 'x' ORDER BY k NULLS FIRST LIMIT 20",
            "SELECT string_agg(t, ';' ORDER BY n) AS a, array_agg(n ORDER BY n) AS b FROM @",
            "SELECT n, lag(t) OVER (ORDER BY n) AS before, sum(n) OVER (ORDER BY n) AS so_far, max(n) OVER () AS most FROM @ ORDER BY n",
            "SELECT struct(n, t) AS s, to_char(to_date('2020-01-02'), '%Y') AS y FROM @ ORDER BY n",
            "SELECT n FROM @ WHERE t || '!' = 'Ä12!' OR upper(t) = 'Ä13'",
            "SELECT 'a' || 'b' AS x, 'a' || 1 AS y",
        ] {
            let sql = sql.replace('@', rows);
            let ask = |s: &Session| {
                let done = s.query_bounded(&sql, bounds(5_000, 20_000)).unwrap_or_else(|e| panic!("{sql}: {e}"));
                arrow::compute::concat_batches(&done.batches[0].schema(), &done.batches).expect("one batch")
            };
            let (a, b) = (ask(&plain), ask(&guarded));
            let names = |b: &RecordBatch| b.schema().fields().iter().map(|f| f.name().clone()).collect::<Vec<_>>();
            assert_eq!(names(&a), names(&b), "{sql}");
            assert_eq!(a.columns(), b.columns(), "{sql}");
        }
    }

    #[test]
    fn nothing_is_written_and_no_file_is_opened() {
        let session = Session::new(Limits { memory_bytes: 64 << 20, threads: 1 }).expect("a session");
        for sql in [
            "CREATE TABLE t AS SELECT 1",
            "COPY (SELECT 1) TO '/tmp/out.csv'",
            "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '/etc/passwd'",
            "SET datafusion.execution.target_partitions = 1",
            "SELECT * FROM '/etc/passwd'",
            "SELECT * FROM read_csv('/etc/passwd')",
            "INSERT INTO t VALUES (1)",
            "SELECT 1; SELECT 2",
        ] {
            assert!(session.query_bounded(sql, bounds(10, 1000)).is_err(), "{sql}");
        }
    }
}

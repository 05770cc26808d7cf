//! Queries of strangers: read-only like all, and bounded in rows and time. Memory is bounded by the session ([`crate::session::Limits`]).

use std::time::Duration;

use arrow::array::RecordBatch;
use datafusion::execution::context::SQLOptions;
use datafusion::physical_plan::SendableRecordBatchStream;
use futures::StreamExt;

use crate::error::{EngineError, Result};
use crate::session::{Session, refuse_writing};

/// How much a query may yield and how long it may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Rows handed back at the most.
    pub rows: usize,
    /// Time from planning to the last row.
    pub time: Duration,
}

/// The rows of a bounded query.
#[derive(Debug, Clone)]
pub struct Bounded {
    /// The batches; at least one, which may be empty, so that the columns are known.
    pub batches: Vec<RecordBatch>,
    /// Whether there was more than the bound lets through.
    pub cut: bool,
}

impl Session {
    /// Runs one SELECT and stops at the bounds: rows beyond them are neither computed further nor held.
    ///
    /// # Errors
    /// As [`Session::query`], and [`EngineError::TooLong`].
    pub fn query_bounded(&self, sql: &str, bounds: Bounds) -> Result<Bounded> {
        refuse_writing(sql)?;
        self.open_named(sql);
        let read_only = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
        let work = async {
            let frame = self.context.sql_with_options(sql, read_only).await.map_err(|e| self.explain(&e, sql))?;
            let stream = frame.execute_stream().await.map_err(|e| self.explain(&e, sql))?;
            self.gather(stream, bounds.rows, sql).await
        };
        let limited = async { tokio::time::timeout(bounds.time, work).await };
        self.runtime.block_on(limited).map_err(|_| EngineError::TooLong { seconds: bounds.time.as_secs() })?
    }

    async fn gather(&self, mut stream: SendableRecordBatchStream, most: usize, sql: &str) -> Result<Bounded> {
        let mut out = Bounded { batches: Vec::new(), cut: false };
        let mut left = most;
        while let Some(next) = stream.next().await {
            let batch = next.map_err(|e| self.explain(&e, sql))?;
            if batch.num_rows() > left {
                out.batches.push(batch.slice(0, left));
                out.cut = true;
                return Ok(out);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::Limits;

    fn bounds(rows: usize, ms: u64) -> Bounds {
        Bounds { rows, time: Duration::from_millis(ms) }
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
        let error = session.query_bounded(many, bounds(10, 300)).expect_err("it takes too long");
        assert!(matches!(error, EngineError::TooLong { .. }), "{error}");
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

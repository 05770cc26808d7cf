//! One download: streamed into a part file, resumed where the server can, tried a bounded number of times, never half taken.

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::time::Duration;

use sha2::{Digest, Sha256};
use ureq::http::{HeaderMap, Response};
use ureq::{Agent, Body, Timeout};

use super::Progress;
use crate::error::{Result, SourceError};
use crate::store::{Staged, Store, digest, hex, write_whole};

/// How patient downloads are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    /// How often an address is asked before it is given up.
    pub tries: u32,
    /// Pause before the second try; it doubles from try to try.
    pub pause: Duration,
    /// The longest pause, also where a server asks for more.
    pub longest: Duration,
    /// How long a connection may say nothing.
    pub silence: Duration,
}

impl Patience {
    pub(super) const USUAL: Self =
        Self { tries: 5, pause: Duration::from_secs(1), longest: Duration::from_secs(60), silence: Duration::from_secs(30) };
}

/// Why an address gave nothing.
#[derive(Debug)]
pub(super) enum Failure {
    /// There is nothing at the address.
    Absent,
    /// The host cannot be reached at all.
    Unreachable(SourceError),
    /// Anything else.
    Other(SourceError),
}

/// Fetches files over HTTP into a store's temporary folder.
pub(super) struct Downloader<'a> {
    store: &'a Store,
    agent: Agent,
    patience: Patience,
    progress: &'a dyn Progress,
}

/// How a single try ended.
enum Try {
    Complete,
    /// Worth another try, after the pause the server asked for.
    Again(String, Option<Duration>),
    Failed(Failure),
}

impl<'a> Downloader<'a> {
    pub(super) fn new(store: &'a Store, patience: Patience, progress: &'a dyn Progress) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .user_agent(concat!("blocwatch/", env!("CARGO_PKG_VERSION")))
            .accept_encoding("identity")
            .timeout_resolve(Some(patience.silence))
            .timeout_connect(Some(patience.silence))
            .timeout_recv_response(Some(patience.silence))
            .timeout_per_read(Some(patience.silence))
            .build();
        Self { store, agent: config.into(), patience, progress }
    }

    /// Fetches an address whole. `expected` is a digest that the bytes must have, where one is known.
    pub(super) fn fetch(&self, url: &str, expected: Option<&str>) -> Result<Staged, Failure> {
        let stem = hex(&Sha256::digest(url.as_bytes())[..8]);
        let part = self.store.tmp().join(format!("{stem}.part"));
        let tag = self.store.tmp().join(format!("{stem}.tag"));
        let open = File::options().create(true).truncate(false).read(true).write(true).open(&part);
        let mut file = open.map_err(|e| Failure::Other(SourceError::io("write into the snapshot store", &part)(e)))?;
        if file.try_lock().is_err() {
            return Err(fail(url, "another blocwatch is downloading this already; wait for it to finish"));
        }
        let mut last = String::new();
        for attempt in 0..self.patience.tries {
            match self.attempt(url, &mut file, &part, &tag).map_err(Failure::Other)? {
                Try::Complete => return self.finish(url, &part, &tag, expected),
                Try::Failed(failure) => {
                    // nothing of a refused download is worth keeping
                    let _ = (fs::remove_file(&part), fs::remove_file(&tag));
                    return Err(failure);
                }
                Try::Again(why, asked) => {
                    last = why;
                    if attempt + 1 < self.patience.tries {
                        let doubled = self.patience.pause.saturating_mul(2u32.saturating_pow(attempt));
                        std::thread::sleep(asked.unwrap_or(doubled).min(self.patience.longest));
                    }
                }
            }
        }
        // what is there stays, so that the next fetch goes on from it
        if file.metadata().is_ok_and(|m| m.len() == 0) {
            let _ = (fs::remove_file(&part), fs::remove_file(&tag));
        }
        Err(fail(
            url,
            &format!("gave up after {} tries ({last}); try again later, the download goes on where it stopped", self.patience.tries),
        ))
    }

    fn attempt(&self, url: &str, file: &mut File, part: &Path, tag: &Path) -> Result<Try> {
        let io = |e| SourceError::io("write into the snapshot store", part)(e);
        let validator = fs::read_to_string(tag).unwrap_or_default();
        let mut have = file.metadata().map_err(io)?.len();
        if validator.is_empty() && have > 0 {
            // without a validator nobody can say whether the rest would fit
            file.set_len(0).map_err(io)?;
            have = 0;
        }
        let mut request = self.agent.get(url);
        if have > 0 {
            request = request.header("range", format!("bytes={have}-")).header("if-range", &validator);
        }
        let local = ["http://127.0.0.1", "http://localhost", "http://[::1]"].iter().any(|h| url.starts_with(h));
        let sent = if local { request.config().proxy(None).build().call() } else { request.call() };
        let response = match sent {
            Ok(response) => response,
            Err(e) => return Ok(self.refused(url, &e)),
        };
        let status = response.status().as_u16();
        match status {
            206 if starts_at(response.headers(), have) => {}
            206 | 416 => {
                file.set_len(0).map_err(io)?;
                return Ok(Try::Again(format!("the server answered {status} to a request for the rest"), Some(Duration::ZERO)));
            }
            200 => {
                file.set_len(0).map_err(io)?;
                have = 0;
                write_whole(tag, validator_of(response.headers()).as_bytes())?;
            }
            404 | 410 => return Ok(Try::Failed(Failure::Absent)),
            408 | 429 | 500..=599 => return Ok(Try::Again(format!("the server answered {status}"), retry_after(response.headers()))),
            202 => return Ok(Try::Failed(fail(url, "the publisher asks for a human check (answer 202)"))),
            401 | 403 => return Ok(Try::Failed(fail(url, &format!("the publisher refuses programs (answer {status})")))),
            _ => return Ok(Try::Failed(fail(url, &format!("unexpected answer {status}")))),
        }
        let outcome = self.stream(url, response, file, have, part);
        self.progress.end();
        outcome
    }

    /// Appends the body to the part file. Begins the progress; the caller ends it, whatever happens.
    fn stream(&self, url: &str, response: Response<Body>, file: &mut File, have: u64, part: &Path) -> Result<Try> {
        let io = |e| SourceError::io("write into the snapshot store", part)(e);
        let rest = response.headers().get("content-length").and_then(|v| v.to_str().ok()).and_then(|v| v.parse::<u64>().ok());
        self.progress.begin(url, rest.map(|r| r + have));
        self.progress.advance(have);
        file.seek(SeekFrom::Start(have)).map_err(io)?;
        let mut body = response.into_body().into_reader();
        let mut buffer = vec![0u8; 64 * 1024];
        let mut got = 0u64;
        let cut = loop {
            match body.read(&mut buffer) {
                Ok(0) => break None,
                Ok(n) => {
                    file.write_all(&buffer[..n]).map_err(io)?;
                    got += n as u64;
                    self.progress.advance(n as u64);
                }
                Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
                Err(e) => break Some(e.to_string()),
            }
        };
        file.sync_all().map_err(io)?;
        Ok(match (cut, rest) {
            (Some(why), _) => Try::Again(format!("the connection broke after {} bytes: {why}", have + got), None),
            (None, Some(rest)) if got < rest => Try::Again(format!("the connection ended {} bytes early", rest - got), None),
            (None, _) => Try::Complete,
        })
    }

    fn finish(&self, url: &str, part: &Path, tag: &Path, expected: Option<&str>) -> Result<Staged, Failure> {
        let (sha256, bytes) = digest(part).map_err(Failure::Other)?;
        let _ = fs::remove_file(tag);
        if let Some(wanted) = expected.filter(|w| !w.eq_ignore_ascii_case(&sha256)) {
            let _ = fs::remove_file(part);
            return Err(fail(url, &format!("the file has sha256 {sha256} where {wanted} was expected; it was thrown away")));
        }
        // out of the way of the next download from this address
        let staged = part.with_extension("whole");
        fs::rename(part, &staged).map_err(|e| Failure::Other(SourceError::io("write into the snapshot store", part)(e)))?;
        Ok(Staged { path: staged, sha256, bytes })
    }

    /// What a request means that got no answer at all.
    fn refused(&self, url: &str, error: &ureq::Error) -> Try {
        use std::io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, TimedOut, UnexpectedEof};
        let host = url.split('/').nth(2).unwrap_or(url);
        match error {
            ureq::Error::Timeout(Timeout::Resolve | Timeout::Connect) | ureq::Error::HostNotFound | ureq::Error::ConnectionFailed => {
                unreachable(url, host, &error.to_string())
            }
            ureq::Error::Timeout(_) => Try::Again(format!("no answer within {} s", self.patience.silence.as_secs_f32()), None),
            // a connection that stood and broke; everything else (no such name, refused, no network) means that there is none
            ureq::Error::Io(e) if matches!(e.kind(), BrokenPipe | ConnectionAborted | ConnectionReset | TimedOut | UnexpectedEof) => {
                Try::Again(format!("the connection broke: {e}"), None)
            }
            ureq::Error::Io(e) => unreachable(url, host, &e.to_string()),
            other => Try::Failed(fail(url, &format!("the request failed ({other})"))),
        }
    }
}

fn unreachable(url: &str, host: &str, why: &str) -> Try {
    Try::Failed(Failure::Unreachable(SourceError::Download {
        message: format!("cannot reach {host} ({why}); offline? use `blocwatch fetch --from DIR` with files from someone who has them"),
        url: url.to_owned(),
    }))
}

fn fail(url: &str, message: &str) -> Failure {
    Failure::Other(SourceError::Download { message: message.to_owned(), url: url.to_owned() })
}

/// What a server can recognise the same bytes by: a strong entity tag, else the time of change.
fn validator_of(headers: &HeaderMap) -> String {
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
    let strong = text("etag").filter(|t| !t.starts_with("W/"));
    strong.or_else(|| text("last-modified")).unwrap_or_default().to_owned()
}

fn starts_at(headers: &HeaderMap, have: u64) -> bool {
    let range = headers.get("content-range").and_then(|v| v.to_str().ok()).unwrap_or_default();
    range.strip_prefix("bytes ").and_then(|r| r.split('-').next()).and_then(|n| n.trim().parse::<u64>().ok()) == Some(have)
}

/// Seconds only; a date would need the clock.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    headers.get("retry-after").and_then(|v| v.to_str().ok()).and_then(|v| v.trim().parse().ok()).map(Duration::from_secs)
}

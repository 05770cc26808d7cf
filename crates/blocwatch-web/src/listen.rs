//! Connections: how many, how long they may take to say what they want, how often one visitor may ask, and how they end.
//!
//! What belongs here: everything below a request. What a request may ask is in `server`.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tower::ServiceExt;

use crate::error::refusal;
use crate::patient::Patient;

/// What connections may do.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Connections at once; more are closed at once, so that those that are there are served.
    pub(crate) connections: usize,
    /// Time for the head of a request, counted from the end of the last one: who sends a letter a second is let go.
    pub(crate) head: Duration,
    /// Time in which a visitor takes something of an answer: who takes nothing is let go.
    pub(crate) take: Duration,
    /// Connections of one address at once, held as `rate` is.
    pub(crate) connections_each: usize,
    /// Time for requests under way when the program is asked to stop.
    pub(crate) drain: Duration,
    /// Bytes of the head of a request.
    pub(crate) head_bytes: usize,
    /// Header lines of a request.
    pub(crate) head_lines: usize,
    /// Requests of one address: so many at once, and so many a second after that.
    pub(crate) rate: (u32, u32),
    /// Whether this machine's own addresses are held to the rate. They are not: whoever is on this machine can stop the program anyway,
    /// and a server in front of it speaks for all its visitors, whom it tells apart better than a header that anybody can write.
    pub(crate) rate_own: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 512,
            head: Duration::from_secs(10),
            take: Duration::from_secs(20),
            connections_each: 64,
            drain: Duration::from_secs(10),
            head_bytes: 32 * 1024,
            head_lines: 64,
            rate: (200, 50),
            rate_own: false,
        }
    }
}

/// Serves until `stop` ends; then takes no more connections and lets requests under way finish, for a time.
pub(crate) async fn listen(listener: TcpListener, router: Router, limits: Limits, stop: impl Future<Output = ()>) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(limits.head).max_buf_size(limits.head_bytes).max_headers(limits.head_lines);
    let places = Arc::new(Semaphore::new(limits.connections));
    let rate = Arc::new(Rate::new(limits.rate));
    let held = Arc::default();
    let graceful = GracefulShutdown::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        let Ok((stream, peer)) = accepted else {
            // too many open files, or a visitor who left while being let in; neither ends the program
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let Ok(place) = Arc::clone(&places).try_acquire_owned() else { continue };
        let limited = limits.rate_own || !peer.ip().is_loopback();
        let Some(own) = Held::take(&held, peer.ip(), if limited { limits.connections_each } else { usize::MAX }) else { continue };
        // pages are sent whole: waiting for more to send only delays them. Where the system refuses, they come later.
        drop(stream.set_nodelay(true));
        let (router, rate) = (router.clone(), Arc::clone(&rate));
        let service = service_fn(move |request: Request<Incoming>| {
            let path = request.uri().path().to_owned();
            let (router, wait) = (router.clone(), if limited { rate.ask(peer.ip(), Instant::now()).err() } else { None });
            async move {
                match wait {
                    None => router.oneshot(request.map(Body::new)).await,
                    Some(wait) => Ok(too_often(&path, wait)),
                }
            }
        });
        let connection = graceful.watch(http.serve_connection(TokioIo::new(Patient::new(stream, limits.take)), service));
        tokio::spawn(async move {
            // an error of a connection is the visitor's: it left, or said nothing that could be read
            drop(connection.await);
            drop((place, own));
        });
    }
    drop(listener);
    tokio::select! {
        () = graceful.shutdown() => {}
        () = tokio::time::sleep(limits.drain) => {}
    }
}

/// A connection of an address, given back when it is dropped. Addresses are forgotten with their last connection.
struct Held(Arc<Mutex<BTreeMap<IpAddr, usize>>>, IpAddr);

impl Held {
    fn take(all: &Arc<Mutex<BTreeMap<IpAddr, usize>>>, ip: IpAddr, most: usize) -> Option<Self> {
        let key = network(ip);
        let mut counts = all.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(key).or_default();
        if *count >= most {
            return None;
        }
        *count += 1;
        Some(Self(Arc::clone(all), key))
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.1) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.1);
            }
        }
    }
}

fn too_often(path: &str, wait: Duration) -> Response {
    let mut response = refusal(path, StatusCode::TOO_MANY_REQUESTS, "too many requests from this address; come back in a moment");
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs() + 1));
    response
}

/// How often addresses ask: for each the moment at which it has paid for what it asked (generic cell rate algorithm, ITU-T I.371).
#[derive(Debug)]
struct Rate {
    /// Time that one request costs.
    each: Duration,
    /// Time that an address may be behind.
    behind: Duration,
    paid: Mutex<BTreeMap<IpAddr, Instant>>,
}

/// Addresses remembered; beyond it those that owe nothing are forgotten.
const REMEMBERED: usize = 10_000;

/// Whom an address stands for: a household or a host has a whole /64 of addresses.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(v6) => v6.to_ipv4_mapped().map_or_else(|| Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64).into(), IpAddr::V4),
        v4 @ IpAddr::V4(_) => v4,
    }
}

impl Rate {
    fn new((at_once, a_second): (u32, u32)) -> Self {
        let each = Duration::from_secs(1) / a_second.max(1);
        Self { each, behind: each * at_once.max(1), paid: Mutex::default() }
    }

    /// One more request; `Err` with the time to wait where it is one too many.
    fn ask(&self, address: IpAddr, now: Instant) -> Result<(), Duration> {
        let key = network(address);
        let mut paid = self.paid.lock().unwrap_or_else(PoisonError::into_inner);
        let due = paid.get(&key).copied().map_or(now, |t| t.max(now)) + self.each;
        if due > now + self.behind {
            return Err(due - now - self.behind);
        }
        if paid.len() >= REMEMBERED && !paid.contains_key(&key) {
            paid.retain(|_, t| *t > now);
        }
        paid.insert(key, due);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::{SocketAddr, TcpStream};

    use axum::routing::get;
    use tokio::sync::oneshot;

    use super::*;

    /// Bytes of an answer that no buffer of the system holds.
    const MUCH: usize = 64 << 20;

    /// A small site under limits, and what stops it.
    struct Running {
        at: SocketAddr,
        stop: Option<oneshot::Sender<()>>,
        thread: Option<std::thread::JoinHandle<Duration>>,
    }

    fn start(limits: Limits) -> Running {
        let (stop, stopped) = oneshot::channel();
        let (told, at) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
            runtime.block_on(async move {
                let slow = || async {
                    tokio::time::sleep(Duration::from_millis(400)).await;
                    "slow"
                };
                let router = Router::new()
                    .route("/", get(|| async { "here" }))
                    .route("/slow", get(slow))
                    .route("/much", get(|| async { "x".repeat(MUCH) }));
                let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
                told.send(listener.local_addr().expect("an address")).expect("the test waits");
                let asked = Arc::new(Mutex::new(Instant::now()));
                let when = Arc::clone(&asked);
                let stop = async move {
                    drop(stopped.await);
                    *when.lock().expect("a moment") = Instant::now();
                };
                listen(listener, router, limits, stop).await;
                asked.lock().expect("a moment").elapsed()
            })
        });
        Running { at: at.recv().expect("it listens"), stop: Some(stop), thread: Some(thread) }
    }

    impl Running {
        fn connect(&self) -> TcpStream {
            let stream = TcpStream::connect(self.at).expect("it answers");
            stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a time-out");
            stream
        }

        fn ask(&self, head: &str) -> String {
            let mut stream = self.connect();
            let mut text = String::new();
            // the answer may come, and the connection end, before all is sent
            drop(stream.write_all(head.as_bytes()));
            drop(stream.read_to_string(&mut text));
            text
        }

        /// Asks it to stop; how long that took.
        fn stop(mut self) -> Duration {
            drop(self.stop.take());
            self.thread.take().expect("it runs").join().expect("it ends well")
        }
    }

    const PLAIN: &str = "GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";

    #[test]
    fn who_sends_a_letter_at_a_time_is_let_go_and_others_are_served() {
        let server = start(Limits { head: Duration::from_millis(300), connections: 8, ..Limits::default() });
        let mut slow: Vec<TcpStream> = (0..6).map(|_| server.connect()).collect();
        for stream in &mut slow {
            stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\nx-a: ").expect("sent");
        }
        assert!(server.ask(PLAIN).ends_with("here"));
        let begun = Instant::now();
        for stream in &mut slow {
            let mut rest = Vec::new();
            drop(stream.read_to_end(&mut rest));
            assert!(!String::from_utf8_lossy(&rest).contains("200 OK"));
        }
        assert!(begun.elapsed() < Duration::from_secs(10), "they are let go by the time-out of the head, not of the test");
        assert!(server.ask(PLAIN).ends_with("here"));
        server.stop();
    }

    #[test]
    fn connections_heads_and_lines_are_bounded() {
        let server = start(Limits { connections: 2, ..Limits::default() });
        let held: Vec<TcpStream> = (0..2).map(|_| server.connect()).collect();
        std::thread::sleep(Duration::from_millis(200));
        assert_eq!(server.ask(PLAIN), "", "the third is closed");
        drop(held);
        std::thread::sleep(Duration::from_millis(200));
        assert!(server.ask(PLAIN).ends_with("here"));
        let long = format!("GET / HTTP/1.1\r\nhost: x\r\nx-a: {}\r\n\r\n", "a".repeat(100_000));
        let many = format!("GET / HTTP/1.1\r\nhost: x\r\n{}\r\n", "x-a: b\r\n".repeat(200));
        for head in [long.as_str(), many.as_str(), "nonsense\r\n\r\n", "GET / HTTP/9\r\n\r\n"] {
            let answer = server.ask(head);
            assert!(!answer.contains("200 OK"), "{answer}");
        }
        assert!(server.ask(PLAIN).ends_with("here"));
        server.stop();
    }

    #[test]
    fn who_takes_nothing_of_an_answer_is_let_go() {
        let server = start(Limits { take: Duration::from_millis(300), connections: 4, ..Limits::default() });
        let mut slow: Vec<TcpStream> = (0..4).map(|_| server.connect()).collect();
        for stream in &mut slow {
            stream.write_all(b"GET /much HTTP/1.1\r\nhost: x\r\n\r\n").expect("sent");
        }
        std::thread::sleep(Duration::from_millis(150));
        assert_eq!(server.ask(PLAIN), "", "all places are taken");
        let begun = Instant::now();
        while !server.ask(PLAIN).ends_with("here") {
            assert!(begun.elapsed() < Duration::from_secs(15), "they are never let go");
            std::thread::sleep(Duration::from_millis(100));
        }
        // who reads, however much, gets all of it
        let much = loop {
            let answer = server.ask("GET /much HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
            // the place of the last visitor may not be free yet
            if !answer.is_empty() {
                break answer;
            }
            assert!(begun.elapsed() < Duration::from_secs(15), "no place is given back");
            std::thread::sleep(Duration::from_millis(100));
        };
        assert!(much.len() > MUCH, "{}", much.len());
        drop(slow);
        server.stop();
    }

    #[test]
    fn one_address_may_not_hold_all_connections() {
        let server = start(Limits { connections_each: 2, rate_own: true, ..Limits::default() });
        let held: Vec<TcpStream> = (0..2).map(|_| server.connect()).collect();
        std::thread::sleep(Duration::from_millis(200));
        assert_eq!(server.ask(PLAIN), "");
        drop(held);
        std::thread::sleep(Duration::from_millis(200));
        assert!(server.ask(PLAIN).ends_with("here"));
        server.stop();
    }

    #[test]
    fn one_address_may_not_ask_without_end() {
        let server = start(Limits { rate: (3, 1), rate_own: true, ..Limits::default() });
        let answers: Vec<String> = (0..6).map(|_| server.ask(PLAIN)).collect();
        assert!(answers[..3].iter().all(|a| a.ends_with("here")), "{answers:?}");
        let refused = answers.iter().find(|a| a.starts_with("HTTP/1.1 429")).expect("one too many");
        assert!(refused.contains("retry-after: "), "{refused}");
        server.stop();
    }

    #[test]
    fn requests_under_way_are_finished_and_idle_connections_do_not_hold_the_end_up() {
        let server = start(Limits { drain: Duration::from_secs(15), ..Limits::default() });
        let idle = server.connect();
        let mut busy = server.connect();
        busy.write_all(b"GET /slow HTTP/1.1\r\nhost: x\r\n\r\n").expect("sent");
        std::thread::sleep(Duration::from_millis(150));
        let took = server.stop();
        let mut answer = String::new();
        busy.read_to_string(&mut answer).expect("an answer");
        assert!(answer.ends_with("slow"), "{answer}");
        assert!(took < Duration::from_secs(10), "{took:?}");
        drop(idle);

        let bounded = start(Limits { drain: Duration::from_millis(50), ..Limits::default() });
        let mut busy = bounded.connect();
        busy.write_all(b"GET /slow HTTP/1.1\r\nhost: x\r\n\r\n").expect("sent");
        std::thread::sleep(Duration::from_millis(100));
        assert!(bounded.stop() < Duration::from_millis(390), "it does not wait longer than the time for it");
    }

    #[test]
    fn the_rate_is_paid_back_with_time_and_kept_by_network() {
        let rate = Rate::new((2, 1));
        let (a, b): (IpAddr, IpAddr) = ("192.0.2.1".parse().expect("an address"), "192.0.2.2".parse().expect("an address"));
        let begin = Instant::now();
        assert!(rate.ask(a, begin).is_ok() && rate.ask(a, begin).is_ok());
        assert_eq!(rate.ask(a, begin), Err(Duration::from_secs(1)));
        assert!(rate.ask(b, begin).is_ok(), "another address is its own");
        assert!(rate.ask(a, begin + Duration::from_secs(1)).is_ok());
        assert!(rate.ask(a, begin + Duration::from_secs(1)).is_err());
        let v6 = |text: &str| -> IpAddr { text.parse().expect("an address") };
        assert!(rate.ask(v6("2001:db8::1"), begin).is_ok() && rate.ask(v6("2001:db8::2"), begin).is_ok());
        assert!(rate.ask(v6("2001:db8::3"), begin).is_err() && rate.ask(v6("2001:db8:0:1::1"), begin).is_ok());
        assert!(rate.ask(v6("::ffff:192.0.2.1"), begin + Duration::from_secs(1)).is_err(), "the same address, written otherwise");
    }

    #[test]
    fn memory_of_addresses_is_bounded() {
        let rate = Rate::new((1, 1_000));
        let mut now = Instant::now();
        for n in 0..30_000_u32 {
            now += Duration::from_millis(2);
            assert!(rate.ask(IpAddr::V4(n.into()), now).is_ok());
        }
        assert!(rate.paid.lock().expect("a map").len() <= REMEMBERED);
    }
}

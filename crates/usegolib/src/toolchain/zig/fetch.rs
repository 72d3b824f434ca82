//! Requests over the network, behind a trait so that tests can answer them.

use std::io::{self, Read};
use std::time::Duration;

use ureq::Agent;
use ureq::http::header::{CONTENT_LENGTH, CONTENT_RANGE, LOCATION, RANGE};

/// The answer to a request, of whatever status.
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// Where a redirect leads.
    pub location: Option<String>,
    /// For a partial answer (status 206) the position of its first byte.
    pub starts_at: Option<u64>,
    /// The body's length, where the server says it.
    pub length: Option<u64>,
    /// The body.
    pub body: Box<dyn Read + Send>,
}

/// Something that makes GET requests. It follows no redirects: where they may
/// lead is not for it to decide.
pub trait Fetch {
    /// Requests `url` from byte `offset` on (with a `Range` header, unless it is 0).
    fn get(&self, url: &str, offset: u64) -> Result<Response, FetchError>;
}

/// How a request failed.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// No answer, or none to the end.
    #[error("{0}")]
    Network(#[source] io::Error),
    /// An answer that isn't the content.
    #[error("the server answered {0}")]
    Status(u16),
    /// Redirects without end.
    #[error("too many redirects")]
    TooManyRedirects,
    /// An answer beyond all expectation.
    #[error("the answer has more than {0} bytes")]
    TooLarge(u64),
    /// The request itself can't be made.
    #[error("{0}")]
    Request(String),
}

impl FetchError {
    /// Whether another attempt may succeed.
    pub(super) fn is_transient(&self) -> bool {
        match self {
            Self::Network(_) => true,
            Self::Status(status) => matches!(status, 408 | 429 | 500..=599),
            Self::TooManyRedirects | Self::TooLarge(_) | Self::Request(_) => false,
        }
    }
}

/// Requests over HTTP with TLS, through the proxy of the environment if one is
/// set, with certificates verified by Mozilla's roots.
pub struct Https {
    agent: Agent,
}

impl Https {
    /// A client with its own connections.
    pub fn new() -> Self {
        let config = Agent::config_builder()
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .timeout_connect(Some(Duration::from_secs(20)))
            .timeout_recv_response(Some(Duration::from_secs(60)))
            .timeout_per_read(Some(Duration::from_secs(60)))
            .user_agent(concat!("usegolib/", env!("CARGO_PKG_VERSION")))
            .build();
        Self {
            agent: config.into(),
        }
    }
}

impl Default for Https {
    fn default() -> Self {
        Self::new()
    }
}

impl Fetch for Https {
    fn get(&self, url: &str, offset: u64) -> Result<Response, FetchError> {
        let mut request = self.agent.get(url);
        if offset > 0 {
            request = request.header(RANGE, format!("bytes={offset}-"));
        }
        let response = request.call().map_err(|error| match error {
            ureq::Error::BadUri(_) | ureq::Error::Http(_) => FetchError::Request(error.to_string()),
            other => FetchError::Network(other.into_io()),
        })?;
        let header = |name| {
            let value: Option<&ureq::http::HeaderValue> = response.headers().get(name);
            value
                .and_then(|value| value.to_str().ok())
                .map(str::to_owned)
        };
        Ok(Response {
            status: response.status().as_u16(),
            location: header(LOCATION),
            starts_at: header(CONTENT_RANGE).and_then(|text| range_start(&text)),
            length: header(CONTENT_LENGTH).and_then(|text| text.trim().parse().ok()),
            body: Box::new(response.into_body().into_reader()),
        })
    }
}

/// The first position in `bytes 100-199/200`.
fn range_start(text: &str) -> Option<u64> {
    let range = text.trim().strip_prefix("bytes")?.trim_start();
    range.split_once('-')?.0.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_start_of_a_range_is_read() {
        assert_eq!(range_start("bytes 100-199/200"), Some(100));
        assert_eq!(range_start("bytes 0-0/*"), Some(0));
        for odd in ["", "bytes */200", "items 1-2/3", "bytes x-1/2"] {
            assert_eq!(range_start(odd), None);
        }
    }
}

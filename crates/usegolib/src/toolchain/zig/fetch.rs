//! Requests over the network, behind a trait so that tests can answer them.

use std::io::{self, Read};
use std::time::Duration;

use ureq::Agent;

/// The answer to a request, of whatever status.
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: Box<dyn Read + Send>,
}

/// Something that makes GET requests. It follows no redirects: they would lead
/// to where nobody has checked the address.
pub trait Fetch {
    /// Requests `url`.
    fn get(&self, url: &str) -> Result<Response, FetchError>;
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
    /// An answer with more bytes than there should be.
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
            Self::TooLarge(_) | Self::Request(_) => false,
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
    fn get(&self, url: &str) -> Result<Response, FetchError> {
        let response = self.agent.get(url).call().map_err(|error| match error {
            ureq::Error::BadUri(_) | ureq::Error::Http(_) => FetchError::Request(error.to_string()),
            other => FetchError::Network(other.into_io()),
        })?;
        Ok(Response {
            status: response.status().as_u16(),
            body: Box::new(response.into_body().into_reader()),
        })
    }
}

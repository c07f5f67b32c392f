//! The webhook receiver.

use std::{
    ops::ControlFlow,
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use http::{Response, StatusCode, request::Parts};

use super::{Credential, query::Query, seal::reply};
use crate::{
    dispatch::Answer,
    webhook::{BuildError, Receiver, Refused, Scheme, Stamp, answer, stamp::sent},
};

/// Receives events and the checks of the URL.
///
/// | outcome | answer |
/// | --- | --- |
/// | a check of the URL | 200, `success`, encrypted |
/// | handled, or nobody handles it | 200, `success`, encrypted |
/// | a callback was answered | 200, that answer, encrypted |
/// | a handler failed or took longer than 1 s | 500, `{"msg":"error"}`: the platform sends it again |
/// | authentic, but no event | 400 |
/// | not authentic | 401, whatever the reason |
/// | not POST, too large, not JSON | 405, 413, 415 |
///
/// The documented deadlines lie between 1.2 and 2.5 s; a failed event is sent again after 10 s and once more after
/// 30 s: [how events are pushed](https://open.dingtalk.com/document/development/configure-synchttp-push).
///
/// ```
/// # use bytes::Bytes;
/// # use http::{Request, Response};
/// # use workplace_events_runtime::{dispatch::Dispatcher, platform::Platform};
/// use workplace_events_runtime::dingtalk::{Credential, Webhook};
///
/// # type Error = Box<dyn std::error::Error>;
/// # async fn example<P: Platform>(dispatcher: Dispatcher<P>, request: Request<Bytes>) -> Result<(), Error> {
/// let credential = Credential::new("token", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "dingappkey")?;
/// let webhook = Webhook::builder(dispatcher).credential(credential).build()?;
/// let response: Response<Bytes> = webhook.receive(request).await;
/// # Ok(())
/// # }
/// ```
pub type Webhook<P> = Receiver<P, Credential>;

impl Scheme for Credential {
    const TIME_LIMIT: Duration = Duration::from_secs(1);

    fn check(_: &[Self]) -> Result<(), BuildError> {
        // None can be made without its secrets.
        Ok(())
    }

    fn open(&self, head: &Parts, body: &Bytes) -> Result<ControlFlow<Answer, Bytes>, Refused> {
        // The checks of the URL need no answer of their own: the dispatcher acknowledges control traffic.
        self.authenticate(head.uri.query().unwrap_or_default(), body).map(ControlFlow::Continue)
    }

    fn name(&self) -> Option<&str> {
        Some(self.owner_key())
    }

    fn sent(&self, head: &Parts) -> Option<SystemTime> {
        Some(sent(&Query::read(head.uri.query()?)?.timestamp))
    }

    fn respond(&self, answer: Answer) -> Response<Bytes> {
        let message = match answer {
            Answer::Acknowledged => Bytes::from_static(b"success"),
            Answer::Reply(json) => json,
            Answer::Retry => return answer::retry(),
            Answer::Malformed => return answer::malformed(),
        };
        match Stamp::millis() {
            Ok(stamp) => answer::json(StatusCode::OK, reply(self, &message, &stamp)),
            Err(error) => {
                tracing::error!(%error, "no answer");
                answer::retry()
            }
        }
    }
}

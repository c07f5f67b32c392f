//! The tickets of store apps.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use futures_util::future::BoxFuture;

use crate::{
    Json,
    dispatch::{EventHandler, HandlerError, Outcome},
    event::Event,
};

/// Keeps the tickets of store apps. A store app needs the latest one to get its tokens; the platform sends one every
/// hour: [the event](https://open.feishu.cn/document/ukTMukTMukTM/uMTNz4yM1MjLzUzM).
///
/// It is a handler, and keeps what it is given: in memory, or where a [`TicketStore`] of your own keeps it.
///
/// ```
/// # use workplace_events_runtime::{Json, dispatch::Dispatcher, platform::Platform};
/// use workplace_events_runtime::lark::Tickets;
///
/// # async fn example<P: Platform>() -> Result<(), Box<dyn std::error::Error>> {
/// let tickets = Tickets::default();
/// // In a dispatcher of the crate: `.on_p1_app_ticket(tickets.clone())`.
/// let dispatcher = Dispatcher::<P>::builder().on_custom("app_ticket", tickets.clone()).build()?;
/// // Later, to ask for a token:
/// if let Ok(Some(ticket)) = tickets.get("cli_9f5343c580712544").await {
///     println!("a ticket of {} characters", ticket.len());
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Tickets(Arc<dyn TicketStore>);

/// Where tickets are kept: by app id, the latest only.
pub trait TicketStore: Send + Sync + 'static {
    /// Keeps the ticket of an app in place of the one before.
    fn save(&self, app_id: String, ticket: String) -> BoxFuture<'_, Result<(), HandlerError>>;
    /// The latest ticket of an app.
    fn load<'a>(&'a self, app_id: &'a str) -> BoxFuture<'a, Result<Option<String>, HandlerError>>;
}

/// Tells [`Tickets`] from other handlers; always inferred.
pub struct KeepsTickets(());

impl Tickets {
    /// Kept by a store of your own.
    pub fn kept_by(store: impl TicketStore) -> Self {
        Tickets(Arc::new(store))
    }

    /// The latest ticket of an app.
    ///
    /// # Errors
    ///
    /// The store's own; the one in memory has none.
    pub async fn get(&self, app_id: &str) -> Result<Option<String>, HandlerError> {
        self.0.load(app_id).await
    }
}

impl Default for Tickets {
    /// In memory. After a restart the next ticket comes within the hour, or when the app asks for it.
    fn default() -> Self {
        Tickets::kept_by(Memory::default())
    }
}

impl<T: Send + 'static> EventHandler<T, KeepsTickets> for Tickets {
    async fn call(self, event: Event<T>) -> Result<Outcome, HandlerError> {
        let body: Json = serde_json::from_str(event.raw_body())?;
        let text = |key: &str| body[key].as_str().filter(|text| !text.is_empty());
        let app_id = event.header().app().or(text("app_id")).ok_or("a ticket without an app id")?;
        let ticket = text("app_ticket").ok_or("no ticket in the event of a ticket")?;
        self.0.save(app_id.to_owned(), ticket.to_owned()).await?;
        Ok(Outcome::Ack)
    }
}

#[derive(Default)]
struct Memory(Mutex<HashMap<String, String>>);

impl TicketStore for Memory {
    fn save(&self, app_id: String, ticket: String) -> BoxFuture<'_, Result<(), HandlerError>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(app_id, ticket);
        Box::pin(std::future::ready(Ok(())))
    }

    fn load<'a>(&'a self, app_id: &'a str) -> BoxFuture<'a, Result<Option<String>, HandlerError>> {
        let ticket = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(app_id).cloned();
        Box::pin(std::future::ready(Ok(ticket)))
    }
}

impl std::fmt::Debug for Tickets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tickets").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        dispatch::{Answer, Dispatcher},
        webhook::testing::Testing,
    };

    #[tokio::test]
    async fn the_latest_ticket_of_each_app_is_kept() {
        let tickets = Tickets::default();
        let dispatcher =
            Dispatcher::<Testing>::builder().on_custom("app_ticket", tickets.clone()).build().unwrap();
        let send = async |app: &str, ticket: &str| {
            let event = serde_json::json!({"type": "app_ticket", "app_id": app, "app_ticket": ticket});
            let payload = serde_json::json!({"uuid": ticket, "event": event}).to_string();
            dispatcher.dispatch("webhook", payload.into()).await
        };
        for (app, ticket) in [("cli_1", "old"), ("cli_2", "other"), ("cli_1", "new")] {
            assert_eq!(send(app, ticket).await, Answer::Acknowledged);
        }
        assert_eq!(tickets.get("cli_1").await.unwrap().as_deref(), Some("new"));
        assert_eq!(tickets.get("cli_2").await.unwrap().as_deref(), Some("other"));
        assert_eq!(tickets.get("cli_3").await.unwrap(), None);
        assert_eq!(send("cli_1", "").await, Answer::Retry, "an empty one is not kept");
        assert!(!format!("{tickets:?}").contains("new"));
    }
}

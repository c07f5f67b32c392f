//! An echo bot for Feishu/Lark on axum: it answers every text message with the same text.
//!
//! ```text
//! LARK_APP_ID=cli_... LARK_APP_SECRET=... LARK_ENCRYPT_KEY=... LARK_VERIFICATION_TOKEN=... cargo run -p examples --bin echo
//! ```
//!
//! The console of the app gets the URL `https://<your host>/lark`, and the event "Message received" is added there.
//! `LARK_DOMAIN` is `https://open.feishu.cn` unless it says otherwise (`https://open.larksuite.com` for Lark).

#![expect(clippy::print_stdout)] // what these bots do is print

use axum::Router;
use examples::{Result, required, serve, setting};
use serde_json::{Value, json};
use workplace_events::{
    Event,
    dispatch::{HandlerError, State},
    lark::{
        Credential, EventDispatcher, Webhook,
        im::{P2ImMessageReceiveV1, p2_im_message_receive_v1::MessageContent},
    },
};

#[tokio::main]
async fn main() -> Result<()> {
    examples::log();
    let api = Api {
        http: http_client()?,
        domain: setting("LARK_DOMAIN").unwrap_or_else(|| "https://open.feishu.cn".to_owned()),
        app_id: required("LARK_APP_ID")?,
        app_secret: required("LARK_APP_SECRET")?,
    };
    let credential = Credential::new()
        .encrypt_key(required("LARK_ENCRYPT_KEY")?)
        .verification_token(required("LARK_VERIFICATION_TOKEN")?);
    let dispatcher = EventDispatcher::builder().state(api).on_p2_im_message_receive_v1(echo).build()?;
    eprintln!("permissions for the console: {}", dispatcher.manifest().scopes_json());
    let webhook = Webhook::builder(dispatcher.clone()).credential(credential).build()?;
    serve(Router::new().route_service("/lark", webhook), &[dispatcher.into()]).await
}

/// An error makes the platform send the message again; one that was answered already is recognised and not answered
/// twice.
async fn echo(
    event: Event<P2ImMessageReceiveV1>,
    State(api): State<Api>,
) -> std::result::Result<(), HandlerError> {
    let Some(MessageContent::Text(content)) = &event.message.content else { return Ok(()) };
    let text = &content.text;
    api.reply(event.message.message_id.as_str(), text).await?;
    println!("{}", json!({ "echoed": text, "message": event.message.message_id.as_str() }));
    Ok(())
}

/// As much of the platform's API as an echo needs.
#[derive(Clone)]
struct Api {
    http: reqwest::Client,
    domain: String,
    app_id: String,
    app_secret: String,
}

impl Api {
    async fn reply(&self, message: &str, text: &str) -> Result<()> {
        let token = self.token().await?;
        let url = format!("{}/open-apis/im/v1/messages/{message}/reply", self.domain);
        let content = json!({ "text": text }).to_string();
        let body = json!({ "msg_type": "text", "content": content });
        self.post(self.http.post(url).bearer_auth(token), body).await.map(drop)
    }

    /// The platform gives the same token for two hours; a bot with more to do would keep it.
    async fn token(&self) -> Result<String> {
        let url = format!("{}/open-apis/auth/v3/tenant_access_token/internal", self.domain);
        let body = json!({ "app_id": self.app_id, "app_secret": self.app_secret });
        let answer = self.post(self.http.post(url), body).await?;
        Ok(answer["tenant_access_token"].as_str().ok_or("no token in the answer")?.to_owned())
    }

    async fn post(&self, request: reqwest::RequestBuilder, body: Value) -> Result<Value> {
        let answer: Value = request.json(&body).send().await?.json().await?;
        match answer["code"].as_i64() {
            Some(0) => Ok(answer),
            code => Err(format!("the platform answered {code:?}: {}", answer["msg"]).into()),
        }
    }
}

fn http_client() -> Result<reqwest::Client> {
    // The first provider that is installed is used; another one that is there already will do.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Ok(reqwest::Client::builder().timeout(std::time::Duration::from_secs(2)).build()?)
}

//! The API of Feishu/Lark with a plain HTTP client.

use serde_json::{Value, json};

use crate::{Result, required, setting};

/// As much of the platform's API as an echo needs.
#[derive(Clone)]
pub struct Api {
    http: reqwest::Client,
    domain: String,
    app_id: String,
    app_secret: String,
}

impl Api {
    /// With `LARK_APP_ID`, `LARK_APP_SECRET` and, unless it is Feishu's, `LARK_DOMAIN`.
    ///
    /// # Errors
    ///
    /// When a setting is missing.
    pub fn from_settings() -> Result<Self> {
        Ok(Api {
            http: http_client()?,
            domain: domain(),
            app_id: required("LARK_APP_ID")?,
            app_secret: required("LARK_APP_SECRET")?,
        })
    }

    /// Replies to a message with a text.
    ///
    /// # Errors
    ///
    /// When the platform cannot be reached, or does not want it.
    pub async fn reply(&self, message: &str, text: &str) -> Result<()> {
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

/// `LARK_DOMAIN`, or else Feishu's.
#[must_use]
pub fn domain() -> String {
    setting("LARK_DOMAIN").unwrap_or_else(|| "https://open.feishu.cn".to_owned())
}

/// An HTTP client.
///
/// # Errors
///
/// When TLS cannot be set up.
pub fn http_client() -> Result<reqwest::Client> {
    // The first provider that is installed is used; another one that is there already will do.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Ok(reqwest::Client::builder().timeout(std::time::Duration::from_secs(2)).build()?)
}

//! Published and computed vectors.

use proptest::prelude::*;

use serde_json::json;

use super::*;
use crate::dingtalk::{open_reply, reply};

struct Vector {
    token: &'static str,
    aes_key: &'static str,
    owner_key: &'static str,
    timestamp: &'static str,
    nonce: &'static str,
    signature: &'static str,
    encrypt: &'static str,
}

/// Of the documentation, from the check of a suite that is being created.
const O1: Vector = Vector {
    token: "123456",
    aes_key: "4g5j64qlyl3zvetqxz5jiocdr586fn2zvjpa8zls3ij",
    owner_key: "suite4xxxxxxxxxxxxxxx",
    timestamp: "1445827045067",
    nonce: "nEXhMP4r",
    signature: "5a65ceeef9aab2d149439f82dc191dd6c5cbe2c0",
    encrypt: "1a3NBxmCFwkCJvfoQ7WhJHB+iX3qHPsc9JbaDznE1i03peOk1LaOQoRz3+nlyGNhwmwJ3vDMG+OzrHMeiZI7gTRWVdUB\
              mfxjZ8Ej23JVYa9VrYeJ5as7XM/ZpulX8NEQis44w53h1qAgnC3PRzM7Zc/D6Ibr0rgUathB6zRHP8PYrfgnNOS9PhSB\
              dHlegK+AGGanfwjXuQ9+0pZcy0w9lQ==",
};

/// Of the Python sample.
const O2: Vector = Vector {
    token: "mryue",
    aes_key: "Yue0EfdN5900c1ce5cf6A152c63DDe1808a60c5ecd7",
    owner_key: "ding6ccabc44d2c8d38b",
    timestamp: "1608001896814",
    nonce: "WL4PK6yA",
    signature: "03044561471240d4a14bb09372dfcfd4fd0e40cb",
    encrypt: "0vJiX6vliEpwG3U45CtXqi+m8PXbQRARJ8p8BbDuD1EMTDf0jKpQ79QS93qEk7XHpP6u+oTTrd15NRPvNvmBKyDCYxxO\
              K+HZeKju4yhELOFchzNukR+t8SB/qk4ROMu3",
};

/// Of the questions in the documentation; the time counts seconds.
const O3: Vector = Vector {
    token: "123456",
    aes_key: "1234567890123456789012345678901234567890123",
    owner_key: "dingsnotzck6pm5veliw",
    timestamp: "1614767836",
    nonce: "A7Co0cJLMzIDtMMI",
    signature: "9a95a004dd16f5c307e849b994173f76aa26e5eb",
    encrypt: "YvkvaGe4hQxd3VxRmEty0dVlnCOAqwf56xwTRHDHoOURqhalbmBJQk5FNcRk42Gl5T0YQXZNwpwWSm1xAFJ5ZA==",
};

/// Of the Go and C# samples.
const O4: Vector = Vector {
    token: "tokenxxxx",
    aes_key: "o1w0aum42yaptlz8alnhwikjd3jenzt9cb9wmzptgus",
    owner_key: "dingxxxxxx",
    timestamp: "1605695694141",
    nonce: "WelUQl6bCqcBa2fM",
    signature: "f36f4ba5337d426c7d4bca0dbcb06b3ddc1388fc",
    encrypt: "X1VSe9cTJUMZu60d3kyLYTrBq5578ZRJtteU94wG0Q4Uk6E/wQYeJRIC0/UFW5Wkya1Ihz9oXAdLlyC9TRaqsQ==",
};

/// An event.
const V1: Vector = Vector {
    timestamp: "1700000000000",
    nonce: "nonce123",
    signature: "3c66617c63883f060f5576d5ab524da55a10fbc6",
    encrypt: "Q3stYC6hdFzMh9T8HCvyDI88LHS5aJFToKfHYduv9kKvtg3fwK1+wgQVllbRPBc8wuivhqlySqJfWJP7QGE6aY+9fp/A\
              L+mrHd8vgDKdS0xRFiBDI2jcdkm1QdzsYlTn81DYueL9oTsmnKNtTt/wIRGXK90BVby89CmEL3bAoD5o3ybElHe8OaO2\
              y8bqASDhKZO02lccJRGw8zdEeRT6gm0oFUStht94P3k7N+y3KNRp5lCMzvhtzsg8suCFOneFeBMm2rRO+VcDy22iHZkk\
              G/Qntz+5g9bELikZB1VJmnM=",
    ..COMPUTED
};

/// An answer.
const V2: Vector = Vector {
    timestamp: "1700000000001",
    nonce: "Zz9Yy8Xx",
    signature: "2c8742abc87ddf2ad10425b183685a018a460ad2",
    encrypt: "DpQeJfnf/MGZ/+GTIspwVDPodrl+l+35PT3ArKrLkoyoCXfJYOpZNuUe/Xc5KPae4kTJ67iLffOG4Cz6M6rMeQ==",
    ..COMPUTED
};

/// Chinese text: the length counts bytes.
const V3: Vector = Vector {
    timestamp: "1700000000002",
    nonce: "n0nceCJK",
    signature: "64ca5f9a9a1d7ace39a2e34d804090d6fa6aab98",
    encrypt: "Bz+s31Cr2+nyTLtuXJNRWQQHf8OJv6Uha0Ou/oDno+U/aHbd/25UPq8hQWYGeuhtKhZO2GVidDTgFo4q3325cUX1BU+z\
              TOOE9Wn5FLlJj+t8xFiiaFHGePfXo2dwEXHZ0JZEdStFZNphPaTc3C/vNGoIre/tzskB2OhTfwf1obg=",
    ..COMPUTED
};

/// The same answer padded to 16 bytes, as two Go implementations do.
const V2_TO_16: Vector = Vector {
    signature: "f026f4c295d158e276cf0cc2604eed589b7c0c76",
    encrypt: "DpQeJfnf/MGZ/+GTIspwVDPodrl+l+35PT3ArKrLkoy5amX2aZkNKX+MmfyAm0hb",
    ..V2
};

const COMPUTED: Vector = Vector {
    token: TOKEN,
    aes_key: AES_KEY,
    owner_key: OWNER_KEY,
    timestamp: "",
    nonce: "",
    signature: "",
    encrypt: "",
};

impl Vector {
    fn credential(&self) -> Credential {
        Credential::new(self.token, self.aes_key, self.owner_key).unwrap()
    }

    fn open(&self) -> Result<Bytes, Refused> {
        let Vector { signature, timestamp, nonce, encrypt, .. } = self;
        let query = format!("signature={signature}&timestamp={timestamp}&nonce={nonce}");
        self.credential().authenticate(&query, format!(r#"{{"encrypt":"{encrypt}"}}"#).as_bytes())
    }
}

#[test]
fn official_vectors_open() {
    let created = r#"{"EventType":"check_create_suite_url","Random":"LPIdSnlF","TestSuiteKey":"suite4xxxxxxxxxxxxxxx"}"#;
    assert_eq!(O1.open().unwrap(), created);
    assert_eq!(O2.open().unwrap(), r#"{"EventType":"check_url"}"#);
    assert_eq!(O3.open().unwrap(), "success");
    assert_eq!(O4.open().unwrap(), "success");
}

#[test]
fn computed_vectors_open_and_are_sealed_again() {
    for (vector, random, plaintext) in [
        (
            V1,
            b"0123456789abcdef",
            r#"{"EventType":"user_add_org","CorpId":"dingc7c5220402493357f2c783f7214b6d69","UserId":["184919295227658120"],"OptStaffId":"manager164","TimeStamp":"1640921671286"}"#,
        ),
        (V2, b"fedcba9876543210", "success"),
        (
            V3,
            b"0f1e2d3c4b5a6978",
            r#"{"EventType":"bpms_instance_change","title":"张三提交的请假审批","type":"start"}"#,
        ),
    ] {
        assert_eq!(vector.open().unwrap(), plaintext);

        let stamp = Stamp::new(vector.timestamp, vector.nonce, *random);
        let request = seal(&vector.credential(), plaintext.as_bytes(), &stamp).unwrap();
        assert_eq!(request.body(), format!(r#"{{"encrypt":"{}"}}"#, vector.encrypt).as_bytes());
        let Vector { signature, timestamp, nonce, .. } = vector;
        let query =
            format!("msg_signature={signature}&signature={signature}&timestamp={timestamp}&nonce={nonce}");
        assert_eq!(request.uri().query(), Some(&*query));
    }
}

#[test]
fn an_answer_padded_to_16_bytes_opens_too() {
    assert_eq!(V2_TO_16.open().unwrap(), "success");
}

#[test]
fn the_answer_is_that_of_the_vector() {
    let stamp = Stamp::new(V2.timestamp, V2.nonce, *b"fedcba9876543210");
    let answer: serde_json::Value =
        serde_json::from_slice(&reply(&V2.credential(), b"success", &stamp)).unwrap();
    let Vector { signature, timestamp, nonce, encrypt, .. } = V2;
    let expected = json!({
        "msg_signature": signature, "timeStamp": timestamp, "nonce": nonce, "encrypt": encrypt,
    });
    assert_eq!(answer, expected);
}

proptest! {
    #[test]
    fn what_was_sealed_opens(text: String, timestamp: String, nonce: String, random: [u8; 16]) {
        let stamp = Stamp::new(timestamp, nonce, random);
        let request = seal(&credential(), text.as_bytes(), &stamp).unwrap();
        prop_assert_eq!(open(&credential(), &request).unwrap(), &text);
        let answer = reply(&credential(), text.as_bytes(), &stamp);
        prop_assert_eq!(open_reply(&credential(), &answer).unwrap(), &text);
    }

    #[test]
    fn no_request_makes_it_panic(query: String, body: Vec<u8>) {
        prop_assert!(credential().authenticate(&query, &body).is_err());
        prop_assert!(open_reply(&credential(), &body).is_err());
    }

    /// What is signed is not trusted to have the right layout.
    #[test]
    fn no_decrypted_bytes_make_it_panic(data: Vec<u8>) {
        prop_assert!(open(&credential(), &signed(&credential().encrypt(data))).is_err());
    }
}

//! Signing in, and tokens of every kind.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use kemu_auth::kraken_tokens::pre_signed::{EndedKey, PreSigned};
use kemu_auth::kraken_tokens::refresh::{EndedToken, LongLived};
use kemu_auth::kraken_tokens::{CredentialsInput, Issued};
use kemu_domain::errors::Failure;
use kemu_domain::users::User;

use super::Ctx;
use super::engine::outputs::EnumName;
use super::engine::resolvers::Resolvers;
use super::facts::{PossibleError, possible_errors_of_mutation};
use crate::{app, inputs, objects};

objects! {
    SignedIn: "ObtainKrakenJSONWebToken" by |_| 0;
    LongLived: "ObtainLongLivedRefreshToken" by |_| 0;
    NewSecretKey: "RegenerateSecretKey" by |new| new.0.id.get();
    Reauthentication: "ForceReauthentication" by |_| 0;
    Masquerade: "MasqueradeAuthentication" by |_| 0;
    Complaint: "ErrorType" by |_| 0;
    PreSigned: "GeneratePreSignedToken" by |_| 0;
    EndedToken: "RefreshToken" by |_| 0;
    EndedRefreshToken: "InvalidateRefreshToken" by |_| 0;
    EndedRefreshTokens: "InvalidateRefreshTokensForUser" by |_| 0;
    EndedKey: "PreSignedToken" by |_| 0;
    EndedPreSignedToken: "InvalidatePreSignedToken" by |_| 0;
    EndedPreSignedTokens: "InvalidatePreSignedTokensForUser" by |_| 0;
}

/// The payload of `obtainKrakenToken`.
struct SignedIn(Issued);
/// The payload of `regenerateSecretKey`: the user with the new key.
struct NewSecretKey(User);
/// The payload of `forceReauthentication`: since when.
struct Reauthentication(DateTime<Utc>);
/// The payload of `masqueradeAuthentication`, which tells refusals in a list of its own.
struct Masquerade(Option<Issued>);
/// A refusal of the old kind.
struct Complaint;
struct EndedRefreshToken(EndedToken);
struct EndedRefreshTokens(Vec<EndedToken>);
struct EndedPreSignedToken(EndedKey);
struct EndedPreSignedTokens(Vec<EndedKey>);

inputs! {
    struct SignInArguments {
        input: SignInInput,
    }
    struct SignInInput {
        email: Option<String>,
        password: Option<String>,
        api_key as "APIKey": Option<String>,
        organization_secret_key: Option<String>,
        pre_signed_key: Option<String>,
        refresh_token: Option<String>,
    }
    struct LongLivedArguments {
        input: LongLivedInput,
    }
    struct LongLivedInput {
        kraken_token: String,
    }
    struct ReauthenticationArguments {
        input: ReauthenticationInput,
    }
    struct ReauthenticationInput {
        include_third_parties: bool,
    }
    struct RefreshTokenArguments {
        input: RefreshTokenInput,
    }
    struct RefreshTokenInput {
        refresh_token: String,
    }
    struct RefreshTokensArguments {
        input: RefreshTokensInput,
    }
    struct RefreshTokensInput {
        email: String,
    }
    struct PreSignedArguments {
        email: String,
        number_of_days_allowed: i64,
        scope: EnumName,
    }
    struct EndPreSignedArguments {
        input: EndPreSignedInput,
    }
    struct EndPreSignedInput {
        token: String,
    }
    struct EndAllPreSignedArguments {
        input: EndAllPreSignedInput,
    }
    struct EndAllPreSignedInput {
        email: String,
        scope: Option<EnumName>,
    }
    struct MasqueradeArguments {
        masquerade_token: String,
        user_id: String,
    }
}

pub(super) fn register(all: &mut Resolvers) {
    all.mutation("obtainKrakenToken", obtain);
    all.mutation("obtainLongLivedRefreshToken", |ctx: Ctx, arguments: LongLivedArguments| async move {
        app::tokens::long_lived_refresh_token(&ctx, &arguments.input.kraken_token).await.map(Some)
    });
    all.mutation("regenerateSecretKey", |ctx: Ctx, (): ()| async move {
        app::tokens::new_secret_key(&ctx).await.map(NewSecretKey).map(Some)
    });
    all.mutation("forceReauthentication", |ctx: Ctx, arguments: ReauthenticationArguments| async move {
        app::tokens::end_all(&ctx, arguments.input.include_third_parties)
            .await
            .map(Reauthentication)
            .map(Some)
    });
    all.mutation("invalidateRefreshToken", |ctx: Ctx, arguments: RefreshTokenArguments| async move {
        app::tokens::end_refresh_token(&ctx, &arguments.input.refresh_token)
            .await
            .map(EndedRefreshToken)
            .map(Some)
    });
    all.mutation(
        "invalidateRefreshTokensForUser",
        |ctx: Ctx, arguments: RefreshTokensArguments| async move {
            app::tokens::end_refresh_tokens_of(&ctx, &arguments.input.email)
                .await
                .map(EndedRefreshTokens)
                .map(Some)
        },
    );
    all.mutation("generatePreSignedToken", |ctx: Ctx, asked: PreSignedArguments| async move {
        let days = asked.number_of_days_allowed;
        app::tokens::pre_signed_key(&ctx, &asked.email, days, &asked.scope.0).await.map(Some)
    });
    all.mutation("invalidatePreSignedToken", |ctx: Ctx, arguments: EndPreSignedArguments| async move {
        app::tokens::end_pre_signed_key(&ctx, &arguments.input.token).await.map(EndedPreSignedToken).map(Some)
    });
    all.mutation(
        "invalidatePreSignedTokensForUser",
        |ctx: Ctx, arguments: EndAllPreSignedArguments| async move {
            let EndAllPreSignedInput { email, scope } = arguments.input;
            let scope = scope.as_ref().map(|scope| scope.0.as_str());
            app::tokens::end_pre_signed_keys_of(&ctx, &email, scope).await.map(EndedPreSignedTokens).map(Some)
        },
    );
    all.mutation("masqueradeAuthentication", |ctx: Ctx, arguments: MasqueradeArguments| async move {
        let MasqueradeArguments { masquerade_token, user_id } = arguments;
        app::tokens::masquerade_as(&ctx, &masquerade_token, &user_id).await.map(Masquerade).map(Some)
    });
    register_sign_in(all);
    register_ended(all);
}

fn register_sign_in(all: &mut Resolvers) {
    all.object::<SignedIn>()
        .field("token", |own| own.0.token.clone())
        .field("payload", |own| serde_json::to_value(&own.0.claims).unwrap_or_default())
        .field("refreshToken", |own| own.0.refresh_token.clone())
        .field("refreshExpiresIn", |own| own.0.refresh_expires_in)
        .field_async("possibleErrors", |_: Arc<SignedIn>, ctx: Ctx, (): ()| async move {
            Ok::<Vec<PossibleError>, Failure>(possible_errors_of_mutation(&ctx.site, "obtainKrakenToken"))
        });
    all.object::<LongLived>()
        .field("refreshToken", |own| own.refresh_token.clone())
        .field("refreshExpiresIn", |own| own.refresh_expires_in)
        .field_async("possibleErrors", |_: Arc<LongLived>, ctx: Ctx, (): ()| async move {
            Ok::<Vec<PossibleError>, Failure>(possible_errors_of_mutation(
                &ctx.site,
                "obtainLongLivedRefreshToken",
            ))
        });
    all.object::<NewSecretKey>()
        .field("key", |own| own.0.api_key.as_ref().map(|key| key.reveal().to_string()).unwrap_or_default())
        .field("viewer", |own| own.0.clone());
    all.object::<Reauthentication>().field("tokensInvalidated", |_| true).field("effectiveAt", |own| own.0);
    all.object::<Masquerade>()
        .field("token", |own| own.0.as_ref().map(|issued| issued.token.clone()))
        .field("errors", |own| if own.0.is_none() { vec![Complaint] } else { Vec::new() });
    all.object::<Complaint>().field("field", |_| "masqueradeToken").field("messages", |_| {
        vec!["The masquerade token does not fit this user, or has been used or has expired."]
    });
}

fn register_ended(all: &mut Resolvers) {
    all.object::<PreSigned>()
        .field("token", |own| own.token.clone())
        .field("tokenExpiryDatetime", |own| own.expires_at)
        .field("scope", |own| EnumName(own.scope.clone()));
    all.object::<EndedToken>()
        .field("key", |own| own.key.clone())
        .field("expiryDt", |own| own.expiry)
        .field("isValid", |own| own.is_valid);
    all.object::<EndedRefreshToken>().field("token", |own| own.0.clone());
    all.object::<EndedRefreshTokens>().field("tokens", |own| own.0.clone());
    all.object::<EndedKey>()
        .field("key", |own| own.key.clone())
        .field("scope", |own| EnumName(own.scope.clone()))
        .field("isValid", |own| own.is_valid);
    all.object::<EndedPreSignedToken>().field("token", |own| own.0.clone());
    all.object::<EndedPreSignedTokens>().field("tokens", |own| own.0.clone());
}

async fn obtain(ctx: Ctx, arguments: SignInArguments) -> Result<Option<SignedIn>, Failure> {
    let SignInInput { email, password, api_key, organization_secret_key, pre_signed_key, refresh_token } =
        arguments.input;
    let input =
        CredentialsInput { email, password, api_key, organization_secret_key, pre_signed_key, refresh_token };
    app::tokens::sign_in(&ctx, input).await.map(SignedIn).map(Some)
}

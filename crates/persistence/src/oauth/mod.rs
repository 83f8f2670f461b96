//! OAuth: applications, sign-ins at the auth site, grants, codes and tokens. All but applications and grants are found
//! by digest alone.

pub mod clients;
pub mod codes;
pub mod devices;
pub mod grants;
pub mod sessions;
pub mod tokens;

# kemu in an image of its own: one static program, nothing else.
#
#   docker build --tag kemu .
#   docker run --rm --publish 127.0.0.1:8080:8080 kemu

ARG RUST_VERSION=1.95

FROM docker.io/library/rust:${RUST_VERSION}-bookworm AS build
WORKDIR /src
COPY . .
# Linked statically, so that it runs where there is no C library, and at a fixed address, which spares a megabyte of
# relocations. The target is named, since otherwise the flag would
# hold for build scripts and macros too, which cannot be static. Stores that are made at each start need a /tmp,
# and a volume that is mounted at /certs (`kemu hosts`) gets its rights from what is here.
RUN target="$(rustc --print host-tuple)" \
    && RUSTFLAGS="-C target-feature=+crt-static -C relocation-model=static" \
       cargo build --release --locked --package kemu-api --target "$target" \
    && install -D "target/$target/release/kemu" /image/kemu \
    && install --directory --mode=1777 /image/tmp \
    && install --directory --mode=1777 /image/certs

FROM scratch
LABEL org.opencontainers.image.title="kemu" \
      org.opencontainers.image.description="A Kraken on your laptop: an emulator of the customer platform as Octopus Energy France runs it." \
      org.opencontainers.image.licenses="MIT OR Apache-2.0"
COPY --from=build /image/ /
# Nobody in particular, without a name here.
USER 65532:65532
ENV KEMU_LISTEN=0.0.0.0:8080
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=1s --timeout=2s --start-period=2s --retries=5 CMD ["/kemu", "healthcheck"]
ENTRYPOINT ["/kemu"]

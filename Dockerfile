# syntax=docker/dockerfile:1
# A static binary on an empty base: no shell, no libraries, nothing to patch but Newswire itself.

FROM rust:1.91-bookworm AS build
WORKDIR /src
# The dependencies first, so that a change of our own code does not build them again.
COPY Cargo.toml Cargo.lock ./
RUN mkdir -p src && echo 'fn main() {}' > src/main.rs && touch src/lib.rs \
    && RUSTFLAGS="-C target-feature=+crt-static" \
       cargo build --release --locked --target "$(rustc -vV | sed -n 's/^host: //p')" ; rm -rf src
COPY . .
# --target keeps the flags away from build scripts and procedural macros.
RUN host="$(rustc -vV | sed -n 's/^host: //p')" \
    && touch src/main.rs src/lib.rs \
    && RUSTFLAGS="-C target-feature=+crt-static" cargo build --release --locked --target "$host" \
    && cp "target/$host/release/newswire" /newswire

FROM scratch
COPY --from=build /newswire /newswire
# Mount the site here, read-only: feeds.toml and the content it points at.
WORKDIR /site
USER 65532:65532
ENV NEWSWIRE_LISTEN=0.0.0.0:8080
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["/newswire", "healthcheck"]
ENTRYPOINT ["/newswire"]
CMD ["serve"]

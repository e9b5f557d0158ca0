# Two images. The last stage, which is what `docker build .` makes, has what servers that are commands need: npx, uvx,
# git. `docker build --target slim .` is for servers that are reached over HTTP. How to run them: docs/containers.md.

FROM node:24-bookworm-slim AS build
WORKDIR /src
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN node scripts/build.mjs
RUN mkdir -p /out && npm pack --pack-destination /out
RUN npm install --global --prefix /opt/mcpx --no-audit --no-fund /out/*.tgz

FROM node:24-bookworm-slim AS slim
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates tini \
  && rm -rf /var/lib/apt/lists/*
COPY --from=build /opt/mcpx /opt/mcpx
RUN mkdir -p /config /data && chown 1000:1000 /data
ENV PATH=/opt/mcpx/bin:$PATH \
  HOME=/data \
  XDG_STATE_HOME=/data/state \
  MCPX_CONFIG=/config/mcpx.json
USER 1000:1000
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8000/healthz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["tini", "--", "mcpx"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]

FROM slim AS full
USER root
RUN apt-get update \
  && apt-get install -y --no-install-recommends git python3 python3-venv \
  && rm -rf /var/lib/apt/lists/*
COPY --from=ghcr.io/astral-sh/uv:0.13.8 /uv /uvx /usr/local/bin/
USER 1000:1000

# The service as an image: `docker build --tag ratchet .`; docs/deploy.md says how it is run. A base of your own: --build-arg NODE=...
# No RUN names a path outside of its folder, so that deploy/try-image-steps.ts can do the same without a container.
ARG NODE=node:24.21.0-bookworm-slim

FROM ${NODE} AS build
WORKDIR /build
ENV CI=true
RUN npm install --global --no-audit --no-fund pnpm@12.21.0
COPY . .
# The page, where there is one: what builds it is not part of the image.
RUN if [ -d packages/dashboard ]; then \
      pnpm install --frozen-lockfile --filter '@ratchet/dashboard...' && pnpm --filter @ratchet/dashboard build; \
    fi
RUN rm -rf node_modules packages/*/node_modules \
    && pnpm install --frozen-lockfile --prod --no-optional --filter '@ratchet/cli...' \
    && find node_modules/.pnpm -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' \) -delete
RUN mkdir data

FROM ${NODE}
ENV NODE_ENV=production
# All that it writes; with --read-only it also wants a /tmp in memory.
ENV RATCHET_HOME=/data
ENV RATCHET_RESULTS=/data/results
WORKDIR /app
# Of root: who runs it cannot change it.
COPY --from=build /build ./
COPY --from=build --chown=1000:1000 /build/data /data
USER 1000:1000
VOLUME ["/data"]
EXPOSE 8787
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 CMD ["node", "deploy/healthy.mjs", "http://127.0.0.1:8787/healthz"]
# Node itself is the first process: SIGTERM reaches it, and it answers what is under way before it ends.
ENTRYPOINT ["node", "--max-semi-space-size=64", "packages/cli/src/ratchet.mjs"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8787"]

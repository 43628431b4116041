# The Orders API. `docker build -t orders .`, or `docker compose up` for it with its database.
FROM node:24.21.0-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY framework/package.json framework/
COPY orders/package.json orders/
COPY console/package.json console/
RUN ["npm", "ci"]
COPY . .
RUN ["node", "scripts/build.mjs"]
RUN ["npm", "prune", "--omit=dev"]

FROM node:24.21.0-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATA_DIR=/data
# Of what the container may use, not of what the machine has; the rest is for buffers, threads and the database in WASM.
ENV NODE_OPTIONS=--max-old-space-size-percentage=75
WORKDIR /app
RUN ["install", "-d", "-o", "node", "-g", "node", "/data"]
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/framework framework
COPY --from=build /app/orders orders
# By number, so that Kubernetes can see that it is not root.
USER 1000:1000
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/live`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# No shell and no npm: process 1 is who gets SIGTERM.
CMD ["node", "orders/src/main.ts"]

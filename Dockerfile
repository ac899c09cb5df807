# The pages on the embedded store, as an ordinary user.
FROM python:3.11-slim AS build
WORKDIR /build
RUN python -m venv /opt/asset-map
COPY requirements.lock pyproject.toml README.md LICENSE ./
RUN /opt/asset-map/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY asset_map asset_map
COPY data data
RUN /opt/asset-map/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.11-slim
RUN useradd --create-home --uid 10001 asset-map && install -d -o asset-map /var/lib/asset-map
COPY --from=build /opt/asset-map /opt/asset-map
USER asset-map
ENV ASSET_MAP_HOME=/var/lib/asset-map PATH=/opt/asset-map/bin:$PATH
VOLUME /var/lib/asset-map
EXPOSE 8080
CMD ["asset-map", "serve", "--host", "0.0.0.0", "--port", "8080"]

# The page: docker build -t gan-atlas . && docker run --rm -p 7860:7860 gan-atlas
FROM python:3.12-slim

# A CPU's torch is a tenth of the default one's size; for a GPU build with
# --build-arg TORCH_INDEX=https://download.pytorch.org/whl/cu128 and run with --gpus all.
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir "torch>=2.6" "torchvision>=0.21" --index-url "$TORCH_INDEX" \
    && pip install --no-cache-dir -r requirements.txt

COPY app.py LICENSE README.md weights_manifest.json ./
COPY models models
COPY demo demo
COPY theory theory
COPY docs/claims docs/claims
COPY weights weights

# Any user without a home may run it; all that it writes goes into /tmp: its pictures and its choice of engines.
ENV GRADIO_SERVER_NAME=0.0.0.0 \
    GRADIO_TEMP_DIR=/tmp/gradio \
    GAN_ATLAS_DATA=/tmp/gan-atlas \
    HF_HOME=/tmp/huggingface \
    MPLCONFIGDIR=/tmp \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
RUN chmod -R a+rX,a-w /app
USER 1000:1000
EXPOSE 7860
HEALTHCHECK --start-period=60s CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:7860/')"]
CMD ["python", "app.py"]

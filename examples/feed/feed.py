"""A monitor's feed into Kafka: one SignalChunk a second. Replace `samples` by your own source. For research: not a medical device.

    pip install confluent-kafka==2.12.2 grpcio-tools==1.76.0
    python -m grpc_tools.protoc -I proto --python_out=. ecg/v1/signal.proto
    python examples/feed/feed.py kafka:9092 icu-1-bed-3 --seconds 60
"""
import argparse
import math
import sys
import time

from confluent_kafka import Producer

sys.path.insert(0, ".")
from ecg.v1 import signal_pb2 as ecg

RATE_HZ, ADU_PER_MV, LEADS = 250, 1000, ["I", "II", "V1"]


def samples(lead: int, second: int):
    """Counts of one lead in one second: here 75 narrow peaks a minute."""
    beat = [((second * RATE_HZ + i) / RATE_HZ % 0.8 - 0.4) / 0.012 for i in range(RATE_HZ)]
    return [round(ADU_PER_MV * (1 - 0.2 * lead) * math.exp(-x * x)) for x in beat]


options = argparse.ArgumentParser()
options.add_argument("brokers")
options.add_argument("device")
options.add_argument("--seconds", type=int, default=60)
options.add_argument("--topic", default="ecg.signal.v1")
options = options.parse_args()

failures = []
# Without murmur2 and acks=all a device may be in two partitions, or a second of it lost.
producer = Producer({"bootstrap.servers": options.brokers, "partitioner": "murmur2_random", "acks": "all", "enable.idempotence": True})
start_ms = time.time_ns() // 1_000_000
for second in range(options.seconds):
    chunk = ecg.SignalChunk(schema_version=1, device=options.device, epoch=start_ms, sequence=second, first_sample=second * RATE_HZ,
                            device_time_ms=start_ms + 1000 * second, rate_hz=RATE_HZ, declared_leads=LEADS, demo=True, end_of_stream=second == options.seconds - 1)
    for i, lead in enumerate(LEADS):
        counts = b"".join(count.to_bytes(2, "little", signed=True) for count in samples(i, second))
        chunk.blocks.add(lead=lead, origin=ecg.ORIGIN_MEASURED, adu_per_mv=ADU_PER_MV, format=ecg.SAMPLE_FORMAT_INT16, samples=counts)
    producer.produce(options.topic, key=options.device, value=chunk.SerializeToString(), on_delivery=lambda error, _: error and failures.append(error))
    producer.poll(max(0, (start_ms + 1000 * (second + 1)) / 1000 - time.time()))
waiting = producer.flush(30)
sys.exit(f"{len(failures) + waiting} chunks were not taken: {failures[:1]}" if failures or waiting else 0)

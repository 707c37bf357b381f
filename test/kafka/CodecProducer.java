import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes the same records once in each codec of the Java client: address, topic, records for each codec, then the codecs. */
public class CodecProducer {
  public static void main(String[] args) throws Exception {
    int count = Integer.parseInt(args[2]);
    for (String codec : List.of(args).subList(3, args.length)) {
      Properties config = new Properties();
      config.put("bootstrap.servers", args[0]);
      config.put("compression.type", codec);
      config.put("linger.ms", "100");
      config.put("batch.size", "400000");
      config.put("enable.idempotence", codec.equals("zstd"));
      try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
        for (int i = 0; i < count; i++) {
          byte[] value = new byte[(i * 997) % 20000];
          for (int at = 0; at < value.length; at++) value[at] = (byte) (at % (i + 2) * 3);
          byte[] key = i % 5 == 0 ? null : ("device-" + i).getBytes(StandardCharsets.UTF_8);
          var headers = List.<org.apache.kafka.common.header.Header>of(new RecordHeader("codec", codec.getBytes(StandardCharsets.UTF_8)), new RecordHeader("i", String.valueOf(i).getBytes(StandardCharsets.UTF_8)));
          producer.send(new ProducerRecord<>(args[1], 0, null, key, value, headers));
        }
        producer.flush();
      }
    }
  }
}

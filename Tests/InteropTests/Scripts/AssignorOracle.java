import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Scanner;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Subscription;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.clients.consumer.RoundRobinAssignor;
import org.apache.kafka.clients.consumer.StickyAssignor;
import org.apache.kafka.clients.consumer.internals.ConsumerProtocol;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/**
 * Kafka's own assignors over standard input, one word of a command a line:
 *
 *   topic NAME COUNT
 *   member ID INSTANCE|- BASE64     the bytes of a subscription
 *   assign ASSIGNOR                 answers "ID topic-0 topic-1 …" a member, by id, then "."
 *   bytes BASE64                    answers the subscription, read and written again
 *   assignment BASE64               answers the assignment, read and written again
 *   held ASSIGNOR GENERATION TOPIC-N…   answers what a member that got this adds to its
 *                                   subscription
 */
public class AssignorOracle {
  public static void main(String[] arguments) {
    Scanner in = new Scanner(System.in);
    Map<String, Integer> topics = new HashMap<>();
    Map<String, Subscription> members = new HashMap<>();
    while (in.hasNextLine()) {
      String[] words = in.nextLine().split(" ");
      switch (words[0]) {
        case "topic" -> topics.put(words[1], Integer.parseInt(words[2]));
        case "member" -> {
          Subscription read = ConsumerProtocol.deserializeSubscription(bytes(words[3]));
          read.setGroupInstanceId(words[2].equals("-") ? Optional.empty() : Optional.of(words[2]));
          members.put(words[1], read);
        }
        case "assign" -> {
          print(named(words[1]).assign(cluster(topics),
              new ConsumerPartitionAssignor.GroupSubscription(members)).groupAssignment());
          topics.clear();
          members.clear();
        }
        case "bytes" -> System.out.println(text(ConsumerProtocol.serializeSubscription(
            ConsumerProtocol.deserializeSubscription(bytes(words[1])))));
        case "assignment" -> System.out.println(text(ConsumerProtocol.serializeAssignment(
            ConsumerProtocol.deserializeAssignment(bytes(words[1])))));
        case "held" -> System.out.println(userData(words));
        default -> throw new IllegalArgumentException(words[0]);
      }
    }
  }

  static ConsumerPartitionAssignor named(String name) {
    return switch (name) {
      case "range" -> new RangeAssignor();
      case "roundrobin" -> new RoundRobinAssignor();
      case "sticky" -> new StickyAssignor();
      default -> new CooperativeStickyAssignor();
    };
  }

  static String userData(String[] words) {
    List<TopicPartition> held = new ArrayList<>();
    for (int index = 3; index < words.length; index++) {
      int dash = words[index].lastIndexOf('-');
      held.add(new TopicPartition(words[index].substring(0, dash),
          Integer.parseInt(words[index].substring(dash + 1))));
    }
    ConsumerPartitionAssignor assignor = named(words[1]);
    assignor.onAssignment(new ConsumerPartitionAssignor.Assignment(held),
        new ConsumerGroupMetadata("group", Integer.parseInt(words[2]), "id", Optional.empty()));
    return text(assignor.subscriptionUserData(java.util.Set.of()));
  }

  static Cluster cluster(Map<String, Integer> topics) {
    Node node = new Node(0, "localhost", 9092);
    Node[] nodes = {node};
    Collection<PartitionInfo> partitions = new ArrayList<>();
    topics.forEach((topic, count) -> {
      for (int index = 0; index < count; index++) {
        partitions.add(new PartitionInfo(topic, index, node, nodes, nodes));
      }
    });
    return new Cluster("oracle", List.of(node), partitions, java.util.Set.of(), java.util.Set.of());
  }

  static void print(Map<String, ConsumerPartitionAssignor.Assignment> assignments) {
    StringBuilder out = new StringBuilder();
    new TreeMap<>(assignments).forEach((id, assignment) -> {
      out.append(id);
      assignment.partitions().stream()
          .sorted((a, b) -> a.topic().equals(b.topic())
              ? a.partition() - b.partition() : a.topic().compareTo(b.topic()))
          .forEach(partition -> out.append(' ').append(partition));
      out.append('\n');
    });
    System.out.print(out);
    System.out.println(".");
  }

  static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(Base64.getDecoder().decode(text));
  }

  static String text(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return Base64.getEncoder().encodeToString(bytes);
  }
}

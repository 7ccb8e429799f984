#pragma once

#include "services/aws_client.h"

#include <chrono>
#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

namespace forecart {

/// A message of a queue. It comes again unless it is removed by its receipt in time.
struct QueueMessage {
  std::string id;
  std::string receipt;
  std::string body;
};

/// How many messages a queue has, as far as the service knows.
struct QueueLength {
  std::int64_t waiting = 0;
  std::int64_t hidden = 0;  ///< at somebody, who has not removed them yet
};

/// One queue of Amazon SQS, or of what speaks its JSON protocol. Safe for several threads. Throws
/// as AwsClient.
class SqsQueue {
 public:
  /// `address` as AWS shows it: https://sqs.<region>.amazonaws.com/<account>/<name>. A queue of
  /// AWS is asked in its region where the environment says (AWS_ENDPOINT_URL_SQS, FIPS, dual
  /// stack), another one at its own host. Throws Error invalid_value.
  SqsQueue(const std::string& address, const AwsAccess& access);

  /// Up to ten messages; waits so long for the first one, 20 s at most, or until it is asked to
  /// stop. Nobody else sees them for `hidden`.
  std::vector<QueueMessage> receive(std::chrono::seconds wait, std::chrono::seconds hidden,
                                    const std::stop_token& stop = {});
  void remove(const std::string& receipt);
  /// Gives the id of the message.
  std::string send(const std::string& body);
  QueueLength length();

 private:
  std::string address_;
  AwsClient client_;
};

}  // namespace forecart

#pragma once

#include "net/credentials.h"
#include "net/http.h"

#include <chrono>
#include <memory>
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

/// One queue of Amazon SQS, or of what speaks its JSON protocol. Safe for several threads.
class SqsQueue {
 public:
  /// `address` as AWS shows it: https://sqs.<region>.amazonaws.com/<account>/<name>. The region of
  /// other hosts comes from the environment. Throws Error invalid_value.
  SqsQueue(const std::string& address, const Environment& environment,
           std::unique_ptr<CredentialChain> credentials);

  /// Up to ten messages; waits so long for the first one, 20 s at most, or until it is asked to
  /// stop. Nobody else sees them for `hidden`. Throws Error unavailable or unreadable.
  std::vector<QueueMessage> receive(std::chrono::seconds wait, std::chrono::seconds hidden,
                                    const std::stop_token& stop = {});
  /// Throws as `receive`.
  void remove(const std::string& receipt);

 private:
  std::string call(const std::string& operation, const std::string& body,
                   std::chrono::milliseconds timeout, const std::stop_token& stop = {});

  std::string address_;
  Url endpoint_;
  std::string region_;
  std::unique_ptr<CredentialChain> credentials_;
  HttpClient http_;
};

}  // namespace forecart

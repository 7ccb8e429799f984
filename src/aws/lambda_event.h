#pragma once

#include "aws/step_event.h"
#include "aws/stream_batch.h"
#include "store/location.h"

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace forecart {

/// One thing that a call tells of.
struct LambdaMessage {
  std::string id{};                  ///< of a queue's message; "" where no queue stands between
  std::set<std::string> datasets{};  ///< that it names
  std::string trouble{};             ///< why it cannot be read, so that nothing is done for it
};

/// What a Lambda function was called for.
struct LambdaEvent {
  bool from_queue = false;  ///< SQS wants to know which messages are not done
  bool all = false;         ///< everything that waits, as a schedule asks
  std::vector<LambdaMessage> messages{};
  std::optional<StepEvent> step{};      ///< of a state machine; the message names its data set
  std::optional<StreamBatch> stream{};  ///< of Kinesis; it names no data set

  /// Of all messages.
  std::set<std::string> datasets() const;
};

/// Reads the event of a call: notifications of S3 as they are, out of EventBridge, out of SNS, or
/// in messages of an SQS queue; EventBridge's scheduled events; and `{"dataset":"orders"}` or
/// `{"dataset":null}` (all) by hand; steps of the state machine; records of a stream of Kinesis.
/// Objects that lie in no inbox of `repository` name no data set. Throws Error bad_data for what is
/// none of these.
LambdaEvent parse_lambda_event(std::string_view json, const StoreLocation& repository);

}  // namespace forecart

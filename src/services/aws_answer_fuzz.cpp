#include "services/aws_batches.h"
#include "services/aws_client.h"
#include "services/aws_json.h"
#include "services/aws_services.h"
#include "services/base64url.h"
#include "services/quicksight_json.h"
#include "services/sagemaker_json.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace forecart;
using nlohmann::json;

/// Messages are short and of one line, whatever the service says.
void check_refusal(const std::string& body, const NamedValues& headers) {
  HttpResponse response;
  response.status = 400;
  response.body = body;
  response.headers = headers;
  const AwsError told(kSageMaker, "X", response);
  const AwsError hushed(kSecretsManager, "X", response);
  for (const std::string_view text :
       {std::string_view(told.what()), std::string_view(hushed.what())}) {
    const bool readable =
        std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
    if (!readable || text.size() > 700) std::abort();
  }
  if (!told.told().empty() && told.told() != told.aws_code() && told.told().size() > 8 &&
      std::string_view(hushed.what()).find(told.told()) != std::string_view::npos) {
    std::abort();
  }
}

/// Any JSON at all may be where an answer should be.
void check_answers(const json& answer) {
  parse_training_status(answer);
  parse_processing_status(answer);
  parse_endpoint_status(answer);
  parse_job_summary(answer, "TrainingJob");
  parse_thing(answer);
  parse_ingestion(answer);
  parse_dashboard(answer);
  if (batch_codes(answer, "Records", 3).size() != 3) std::abort();
}

/// The text as a value of all members that are read.
json filled(const json& value) {
  json object;
  for (const char* name :
       {"TrainingJobStatus", "CreationTime", "TrainingEndTime", "ModelArtifacts", "FailureReason",
        "FinalMetricDataList", "VersionArn", "Ingestion", "RowInfo", "CreatedTime", "Dashboard",
        "Version", "Errors", "Records", "ErrorCode", "TrainingTimeInSeconds"}) {
    object[name] = value;
  }
  return object;
}

void check_object(const std::string& text) {
  try {
    check_answers(parse_aws_object(kSageMaker, "X", text));
  } catch (const AwsError&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  check_refusal(text, {});
  check_refusal("{\"__type\":\"" + text, {{"x-amzn-errortype", text}, {"x-amzn-requestid", text}});
  check_refusal("<ErrorResponse><Error><Code>" + text, {});
  check_refusal("<Error><Code>A</Code><Message>" + text + "</Message></Error>", {});
  check_refusal(
      json{{"__type", "A"}, {"message", text}}.dump(-1, ' ', false, json::error_handler_t::replace),
      {});
  check_object(text);
  check_object("{" + text + "}");
  check_answers(filled(text));
  check_answers(filled(filled(json::array({text, 1e300, -1, nullptr, filled(7)}))));
  const json parsed = json::parse(text, nullptr, false);
  if (!parsed.is_discarded()) check_answers(filled(parsed));
  xml_text(text, "A/B");
  xml_text("<A><B>" + text + "</B></A>", "A/B");
  const std::string region = region_of_arn(text);
  if (text.find(region) == std::string::npos) std::abort();
  if (parse_base64(base64(text)) != text) std::abort();
  const auto bytes = parse_base64(text);
  if (bytes && base64(*bytes) != text) std::abort();
  return 0;
}

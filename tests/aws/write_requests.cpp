// Makes every call to AWS that forecart's clients have, at a server that takes them all, and writes
// each as a line of JSON: service, method, target, headers and body. check_requests.py reads them.
#include "services/aws_services.h"
#include "services/cloudwatch.h"
#include "services/cloudwatch_logs.h"
#include "services/eventbridge.h"
#include "services/kinesis.h"
#include "services/quicksight.h"
#include "services/sagemaker.h"
#include "services/secrets_manager.h"
#include "services/sns.h"
#include "services/sqs.h"
#include "services/step_functions.h"
#include "services/sts.h"
#include "services/test_aws.h"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <functional>
#include <set>

namespace {

using namespace forecart;
using nlohmann::json;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr const char* kRole = "arn:aws:iam::123456789012:role/forecart";
constexpr const char* kImage = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/forecart:1";
const Instant kTime{seconds(1'775'982'615)};

json line_of(const TestRequest& request) {
  json headers = json::object();
  for (const auto& [name, value] : request.headers) headers[name] = value;
  return {{"method", request.method},
          {"target", request.target},
          {"headers", headers},
          {"body", request.body}};
}

/// Takes everything, but what is made a second time: that is there already.
TestAnswer answer_to(const TestRequest& request, std::set<std::string>& made) {
  if (request.method == "POST" && request.target.find("/accounts/") == 0 &&
      !made.insert(request.target + request.body).second) {
    return answer(409, "{}", {{"x-amzn-errortype", "ResourceExistsException"}});
  }
  const json taken = json::array({json::object(), json::object()});
  return answer(200, json{{"Entries", taken}, {"Records", taken}}.dump());
}

void call_sagemaker(const AwsAccess& access) {
  SageMaker client(access);
  const JobNetwork network{.subnets = {"subnet-1"}, .security_groups = {"sg-1"}, .isolated = true};
  const Machines machines{.type = "ml.m5.xlarge", .count = 2, .kms_key = "alias/k"};
  client.create(TrainingJob{.name = "orders-1",
                            .image = kImage,
                            .role = kRole,
                            .hyperparameters = {{"freq", "D"}},
                            .environment = {{"FORECART_WORK", "/tmp"}},
                            .channels = {{"training", "s3://b/in", "text/csv", true, "FastFile"}},
                            .metrics = {{"mase", "mase=([0-9.]+)"}},
                            .output = "s3://b/out",
                            .output_key = "alias/k",
                            .checkpoints = "s3://b/checkpoints",
                            .machines = machines,
                            .network = network,
                            .spot_wait = seconds(7200),
                            .tags = {{"run", "1"}}});
  client.create(ProcessingJob{.name = "orders-1",
                              .image = kImage,
                              .role = kRole,
                              .entrypoint = {"/forecart"},
                              .arguments = {"sagemaker", "process"},
                              .environment = {{"FORECART_WORK", "/tmp"}},
                              .inputs = {{"in", "s3://b/in", "/opt/ml/processing/input", true}},
                              .outputs = {{"out", "s3://b/out", "/opt/ml/processing/output", true}},
                              .output_key = "alias/k",
                              .machines = machines,
                              .network = network,
                              .tags = {{"run", "1"}}});
  client.create(HostedModel{.name = "orders-1",
                            .image = kImage,
                            .role = kRole,
                            .data = "s3://b/out/model.tar.gz",
                            .environment = {{"A", "b"}},
                            .network = network,
                            .tags = {{"run", "1"}}});
  client.create(EndpointConfig{.name = "orders-1", .model = "orders-1", .kms_key = "alias/k"});
  client.create(
      EndpointConfig{.name = "orders-2", .model = "orders-1", .serverless = Serverless{}});
  client.create_endpoint("orders-1", "orders-1", {{"run", "1"}});
  client.training_job("orders-1");
  client.processing_job("orders-1");
  client.endpoint("orders-1");
  client.training_jobs({.name_contains = "orders", .made_since = kTime, .state = JobState::failed});
  client.processing_jobs({});
  client.stop_training_job("orders-1");
  client.stop_processing_job("orders-1");
  client.delete_endpoint("orders-1");
  client.delete_endpoint_config("orders-1");
  client.delete_model("orders-1");
  SageMakerRuntime(access).invoke("orders-1", R"({"instances":[]})");
}

void call_cloudwatch(const AwsAccess& access) {
  CloudWatch client(access);
  const MetricId metric{"forecart", "forecasts", {{"dataset", "orders"}}};
  client.put("forecart",
             {{.name = "forecasts", .dimensions = {{"dataset", "orders"}}, .time = kTime}});
  client.values({.metric = metric, .from = kTime, .to = kTime + minutes(60)});
  client.put(MetricAlarm{.name = "stale",
                         .text = "no forecast for a day",
                         .metric = metric,
                         .actions = {"arn:aws:sns:eu-central-1:123456789012:alerts"}});
  client.put(MetricAlarm{.name = "slow", .metric = metric, .statistic = "p99"});
  client.alarms("forecart");
  client.delete_alarms({"stale"});
  client.put_dashboard("forecart", {{"widgets", json::array()}});
  client.dashboard("forecart");
  CloudWatchLogs logs(access);
  logs.create_group("/forecart/orders", "arn:aws:kms:eu-central-1:123456789012:key/k");
  logs.create_stream("/forecart/orders", "one");
  logs.keep("/forecart/orders", 30);
  logs.groups("/forecart");
  logs.put("/forecart/orders", "one", {{kTime, "first"}, {kTime, "zweite ü"}});
}

void call_quicksight(const AwsAccess& access) {
  QuickSight client(access, "123456789012");
  const std::vector<QuickSightGrant> grants{
      {"arn:aws:quicksight:eu-central-1:123456789012:user/default/a",
       {"quicksight:DescribeDataSource"}}};
  const char* const source = "arn:aws:quicksight:eu-central-1:123456789012:datasource/orders";
  const std::vector<QuickSightColumn> columns{
      {"item"}, {"day", "DATETIME", "yyyy-MM-dd"}, {"sales", "DECIMAL"}};
  const QuickSightSheets sheets{"orders", "Orders",
                                R"({"DataSetIdentifierDeclarations":[{"Identifier":"orders",)"
                                R"("DataSetArn":"arn:x"}],"Sheets":[{"SheetId":"s"}]})",
                                grants};
  QuickSightSheets pattern = sheets;
  pattern.definition = R"({"DataSetConfigurations":[{"Placeholder":"orders"}]})";
  for (int i = 0; i < 2; ++i) {  // made, then changed
    client.put(QuickSightSource{"orders", "Orders", "b", "manifest.json", "primary", grants});
    client.put(QuickSightSource{.id = "athena", .name = "Orders", .grants = grants});
    client.put(QuickSightDataSet{"orders", "Orders", source, columns, "", "", true, grants});
    client.put(QuickSightDataSet{"athena", "Orders", source, columns, "shop", "orders", false, {}});
    client.put_template(pattern);
    client.put_analysis(sheets);
    client.put_dashboard(sheets);
  }
  client.publish_dashboard("orders", 3);
  client.dashboard("orders");
  client.ingest("orders", "day-1");
  client.ingest("orders", "day-2", true);
  client.ingestion("orders", "day-1");
  client.ingestions("orders");
  client.embed_url("orders", grants.front().principal, minutes(60), {"https://shop.example"});
}

void call_others(const AwsAccess& access) {
  SnsTopic("arn:aws:sns:eu-central-1:123456789012:alerts", access).publish({"s & t", "text ü"});
  SqsQueue queue("https://sqs.eu-central-1.amazonaws.com/123456789012/orders", access);
  queue.receive(seconds(0), seconds(300));
  queue.remove("receipt");
  queue.send("body ü");
  queue.length();
  EventBridge(access).put({{.kind = "published",
                            .detail = R"({"dataset":"orders"})",
                            .bus = "shop",
                            .resources = {"arn:aws:s3:::b"},
                            .time = kTime}});
  for (const char* name : {"orders", "arn:aws:kinesis:eu-central-1:123456789012:stream/orders"}) {
    KinesisStream stream(name, access);
    stream.put({{"data\xff", "key"}});
    stream.shards();
    stream.oldest("shardId-000000000000");
    stream.newest("shardId-000000000000");
    stream.read("iterator");
  }
  const Execution execution{"arn:aws:states:eu-central-1:123456789012:stateMachine:runs",
                            "orders-1"};
  StepFunctions machines(access);
  machines.start(execution, {{"dataset", "orders"}});
  machines.execution(execution);
  Sts(access).identity();
}

}  // namespace

int main() {
  std::mutex mutex;
  std::set<std::string> made;
  const TestServer server([&](const TestRequest& request) {
    const std::scoped_lock lock(mutex);
    std::printf("%s\n", line_of(request).dump().c_str());
    return answer_to(request, made);
  });
  AwsAccess access = access_to(server.url());
  access.credentials = listed_credentials({{"AKIDEXAMPLE", "secret/+=", "token/+=", {}}});
  call_sagemaker(access);
  call_cloudwatch(access);
  call_quicksight(access);
  call_others(access);
  // what the server says makes these fail
  const std::function<void()> failing[]{
      [&] {
        Sts(access).assume({kRole, "forecart", seconds(900), "id"});
      },
      [&] { SecretsManager(access).secret("smtp"); }};
  for (const auto& call : failing) {
    try {
      call();
    } catch (const Error&) {
    }
  }
  return 0;
}

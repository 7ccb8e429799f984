#include "server/report_answers.h"

#include "base/error.h"

#include <fmt/format.h>

#include <memory>
#include <utility>

namespace forecart {

namespace {

using Json = ReportAnswers::Json;

/// Nobody by name: what it may see is what the report tells.
Identity viewer_of(const std::string& dataset) {
  User user{.name = "report", .id = "report", .role = Role::viewer, .grants = {dataset}};
  Identity reader;
  reader.principal = Principal(std::make_shared<const User>(std::move(user)));
  return reader;
}

Request request_of(const ReportQuestion& question) {
  Request request;
  request.method = question.body.is_null() ? "GET" : "POST";
  request.target = "/api/v1/" + question.path;
  if (!question.query.empty()) request.target += "?" + encode_query(question.query);
  if (question.body.is_null()) return request;
  request.headers.emplace_back("content-type", "application/json");
  request.body = question.body.dump();
  return request;
}

/// As the route told it.
Error refusal(const ReportQuestion& question, const Answer& answer) {
  const Json told = Json::parse(answer.body, nullptr, false);
  if (!told.is_object() || !told.contains("error")) {
    return {ErrorCode::unavailable,
            fmt::format("{} was answered with status {}", question.path, answer.status)};
  }
  const Json& error = told.at("error");
  return {ErrorCode::unavailable,
          fmt::format("{}; {}", error.value("message", ""), error.value("remedy", ""))};
}

}  // namespace

ReportAnswers::ReportAnswers(const RouteTable& table, ReportScope scope)
    : table_(table), scope_(std::move(scope)), reader_(viewer_of(scope_.dataset)) {}

std::string ReportAnswers::path(const std::string& rest) const {
  return fmt::format("datasets/{}{}{}", scope_.dataset, rest.empty() ? "" : "/", rest);
}

Json ReportAnswers::ask(const ReportQuestion& question) const {
  constexpr int kSuccess = 200;
  constexpr int kNotFound = 404;
  const Answer answer = table_.answer(request_of(question), reader_);
  if (answer.status == kNotFound) return nullptr;
  if (answer.status != kSuccess) throw refusal(question, answer);
  return Json::parse(answer.body);
}

Json ReportAnswers::ask_of_run(ReportQuestion question) const {
  if (!scope_.current) question.query.emplace_back("run", scope_.run);
  Json answer = ask(question);
  if (!answer.is_object() || answer.value("run", scope_.run) == scope_.run) return answer;
  throw Error(ErrorCode::conflict, "a run was published while the report was made; make it again");
}

void ReportAnswers::keep(ReportQuestion question, Json answer) {
  if (answer.is_null()) return;
  kept_.push_back({std::move(question), std::move(answer)});
}

ReportQuestion ReportAnswers::get(const std::string& rest, NamedValues query) const {
  return {path(rest), std::move(query)};
}

Json ReportAnswers::take(const std::string& rest, NamedValues query) {
  const ReportQuestion question = get(rest, std::move(query));
  Json answer = ask(question);
  keep(question, answer);
  return answer;
}

Json ReportAnswers::take_of_run(const std::string& rest, NamedValues query) {
  const ReportQuestion question = get(rest, std::move(query));
  Json answer = ask_of_run(question);
  keep(question, answer);
  return answer;
}

Json ReportAnswers::take_sales(Json body) {
  const ReportQuestion question{path("sales/query"), {}, std::move(body)};
  Json answer = ask(question);
  keep(question, answer);
  return answer;
}

Json ReportAnswers::take_table(const std::string& table, const NamedValues& query) {
  Json answer = ask(get(fmt::format("runs/{}/tables/{}", scope_.run, table), query));
  keep(get("runs/current/tables/" + table, query), answer);
  return answer;
}

}  // namespace forecart

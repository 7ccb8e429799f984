#include "base/error.h"
#include "server/routes.h"
#include "table/number_text.h"

#include <fmt/format.h>

namespace forecart {

namespace {

Answer begin_events(const Call& call) {
  const std::string only(call.parameter("dataset"));
  if (!only.empty() && !call.who.sees(only)) throw unseen_dataset(only);
  EventRequest events;
  events.wants = [who = *call.who.principal, only](const std::string& topic) {
    return (only.empty() || topic == only) && who.sees(topic);
  };
  const auto known = parse_integer(call.request.header("last-event-id"));
  if (known && *known > 0) events.after = static_cast<std::uint64_t>(*known);
  return {.type = "text/event-stream", .events = std::move(events)};
}

}  // namespace

void add_event_routes(RouteTable& table, const RouteServices&) {
  table.add(
      {.method = "GET",
       .pattern = "/api/v1/events",
       .summary =
           "What happens to data sets, as it happens: server-sent events 'work', "
           "'progress', 'published', 'alert', and 'missed' where some were lost; their data are "
           "WorkEvent, ProgressEvent, PublishedEvent, AlertEvent and MissedEvent.",
       .clearance = Clearance::viewer,
       .query = {{"dataset", "only of this data set"}},
       .request_headers = {{"Last-Event-ID", "goes on behind that event",
                            R"({"type":"string","pattern":"^[0-9]*$","maxLength":20})"}},
       .types = {"text/event-stream"},
       .instant = true,
       .handle = begin_events});
}

}  // namespace forecart

/// Names of models as people read them: "AutoETS/auto", whose forecasts were made to add up, is
/// "AutoETS, adding up"; plain "AutoETS" where all that are named beside it add up too.
export function modelName(model: string, beside: readonly string[] = []): string {
  const slash = model.indexOf('/');
  if (slash < 0) return model;
  const plain = model.slice(0, slash);
  return beside.length > 0 && beside.every((one) => one.includes('/')) ? plain : `${plain}, adding up`;
}

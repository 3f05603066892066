/** Language models: simulated, recorded and (with their issue) live, behind core's port. */

export {
  type Availability,
  availabilityOf,
  chooseLiveModel,
  type LiveChoice,
  type ModelGround,
  nameOf,
  withServedModels,
} from './catalogue/callable-models.ts';
export { catalogueFile } from './catalogue/catalogue-file.ts';
export { type Catalogue, catalogueSchema } from './catalogue/catalogue-schema.ts';
export { baseUrlOf, type Environment, isOwnServer, keyOf } from './catalogue/environment.ts';
export { catalogueFaults, mergeCatalogues } from './catalogue/merge-catalogues.ts';
export {
  type PriceEvent,
  type PriceReading,
  type PriceWatch,
  priceWatch,
} from './catalogue/price-watch.ts';
export { type Served, servedModels } from './catalogue/served-models.ts';
export { answerCache } from './exchanges/answer-cache.ts';
export { type ExchangeFile, ExchangeFileError, openExchangeFile } from './exchanges/exchange-file.ts';
export { exchangeSession, recordingModel, replayingModel } from './exchanges/recorded-exchanges.ts';
export { type LiveModels, liveModels, type SharedLimits } from './live/live-models.ts';
export { type FaultFile, type FaultRule, faultFileSchema } from './mock-server/fault-rules.ts';
export { luckHeaderName, luckHeaders } from './mock-server/luck-header.ts';
export { type MockServer, type MockServerOptions, startMockServer } from './mock-server/mock-server.ts';
export { modelDirectory } from './model-directory.ts';
export { costUsd, type Price, type PriceTable, priceSchema, priceTableSchema } from './price.ts';
export { listPrices, priceOf, UnknownPriceError } from './price-table.ts';
export { type RecordedAnswer, recordedModel } from './recorded/recorded-model.ts';
export type { SpentTry } from './resilience/budgeted-model.ts';
export { insistently } from './resilience/insistently.ts';
export { sharedSpending } from './resilience/shared-spending.ts';
export { type Spending, spending } from './resilience/spending.ts';
export { defaultRetrySettings, type RetrySettings, retryingModel } from './retrying-model.ts';
export { callReader, type ReadCall } from './simulated/read-call.ts';
export { type SimulatedAsk, type SimulatedBank, type SimulatedPart, simulatedBank } from './simulated/simulated-bank.ts';
export { type SimulatedParts, simulatedModel } from './simulated/simulated-model.ts';
export { type SimulatedModels, simulatedModels } from './simulated/simulated-models.ts';
export {
  type SimulatedProfile,
  type SimulatedWorld,
  type Simulation,
  simulatedProfileSchema,
  simulatedWorldSchema,
  simulationSchema,
} from './simulated/simulated-profile.ts';
export { countTokens } from './token-count.ts';

"""What is asked of Vendure's admin API, in GraphQL: Vendure 3.5."""

from __future__ import annotations

from typing import Final

LOGIN: Final = """
mutation Login($user: String!, $password: String!) {
  login(username: $user, password: $password) { __typename ... on ErrorResult { errorCode message } }
}"""

SETTINGS: Final = """
query Settings {
  globalSettings { trackInventory serverConfig { moneyStrategyPrecision } }
  stockLocations(options: { take: 100 }) { items { id name } }
}"""

ORDERS: Final = """
query Orders($filter: OrderFilterParameter!, $skip: Int!, $take: Int!) {
  orders(options: { filter: $filter, sort: { id: ASC }, skip: $skip, take: $take }) {
    totalItems
    items {
      id code state updatedAt currencyCode
      customer { firstName lastName emailAddress phoneNumber }
      shippingAddress { fullName phoneNumber }
      shippingLines { shippingMethod { code } }
      lines { id quantity proratedLinePriceWithTax productVariant { sku } }
      payments { id state refunds { id total state } }
      fulfillments { id state lines { orderLineId quantity } }
      history(options: { filter: { type: { eq: "ORDER_NOTE" } }, take: 100 }) { items { data } }
    }
  }
}"""

VARIANTS: Final = """
query Variants($skip: Int!, $take: Int!) {
  productVariants(options: { sort: { id: ASC }, skip: $skip, take: $take }) {
    totalItems
    items { id sku trackInventory stockLevels { stockLocationId stockOnHand } }
  }
}"""

SET_STOCK: Final = """
mutation SetStock($input: [UpdateProductVariantInput!]!) { updateProductVariants(input: $input) { id } }"""

ADD_NOTE: Final = """
mutation AddNote($input: AddNoteToOrderInput!) { addNoteToOrder(input: $input) { __typename } }"""

CANCEL: Final = """
mutation Cancel($input: CancelOrderInput!) {
  cancelOrder(input: $input) { __typename ... on ErrorResult { errorCode message } }
}"""

SETTLE: Final = """
mutation Settle($id: ID!) {
  settlePayment(id: $id) {
    __typename ... on ErrorResult { errorCode message } ... on SettlePaymentError { paymentErrorMessage }
  }
}"""

CANCEL_PAYMENT: Final = """
mutation CancelPayment($id: ID!) {
  cancelPayment(id: $id) {
    __typename ... on ErrorResult { errorCode message } ... on CancelPaymentError { paymentErrorMessage }
  }
}"""

FULFIL: Final = """
mutation Fulfil($input: FulfillOrderInput!) {
  addFulfillmentToOrder(input: $input) { __typename ... on ErrorResult { errorCode message } }
}"""

MOVE_FULFILMENT: Final = """
mutation MoveFulfilment($id: ID!, $state: String!) {
  transitionFulfillmentToState(id: $id, state: $state) {
    __typename ... on ErrorResult { errorCode message }
  }
}"""

import { create } from 'zustand'

/** A question that only a person can answer, with whom the answer will hit. */
export interface Question {
  title: string
  text: string
  /** The services that are hit, each with a word on how. */
  hit?: readonly { name: string; note: string }[]
  /** In the order of the buttons; the last is the filled one and has the keyboard. */
  choices: readonly { id: string; label: string; look?: 'outline' | 'danger' | 'primary' }[]
}

interface Asked extends Question {
  answer: (choice: string | null) => void
}

export const useQuestion = create<{ asked: Asked | null }>()(() => ({ asked: null }))

/** Resolves with the id of the choice, or null when the person would rather not. One question at a time. */
export function askPerson(question: Question): Promise<string | null> {
  useQuestion.getState().asked?.answer(null)
  return new Promise((resolve) => {
    const answer = (choice: string | null): void => {
      useQuestion.setState({ asked: null })
      resolve(choice)
    }
    useQuestion.setState({ asked: { ...question, answer } })
  })
}
